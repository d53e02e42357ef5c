import type { Clock } from '#runtime/clock.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { Caller } from './caller.ts';
import { digestOf, newSecret } from './secret-token.ts';
import type { Users } from './users.ts';

/** A session ends this long after its login, ... */
export const SESSION_MS = 12 * 60 * 60_000;
/** ... or after this long without a request. */
const IDLE_MS = 30 * 60_000;
/** A use is written down this often at most: each writing waits for the disk. */
const NOTE_EVERY_MS = 60_000;

/** Who is logged in. Of each session's token only the digest is kept. */
export class Sessions {
  readonly #database: Database;
  readonly #users: Users;
  readonly #clock: Clock;

  constructor(database: Database, users: Users, clock: Clock) {
    this.#database = database;
    this.#users = users;
    this.#clock = clock;
  }

  /** The token of a new session. */
  open(user: string, address: string): string {
    const token = newSecret();
    const now = this.#clock.wallMs();
    this.#database
      .prepare('DELETE FROM session WHERE created_at <= ? OR used_at <= ?')
      .run(now - SESSION_MS, now - IDLE_MS);
    this.#database
      .prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?)')
      .run(digestOf(token), user, now, now, address);
    return token;
  }

  /** Whose token it is; undefined: nobody's, or no longer. */
  callerOf(token: string, address: string): Caller | undefined {
    const digest = digestOf(token);
    const row = this.#database
      .prepare('SELECT user, created_at, used_at FROM session WHERE digest = ?')
      .get(digest) as { user: string; created_at: number; used_at: number } | undefined;
    if (row === undefined) return undefined;
    const now = this.#clock.wallMs();
    const user = this.#users.find(row.user);
    const isOver = now - row.created_at >= SESSION_MS || now - row.used_at >= IDLE_MS;
    if (isOver || user === undefined || user.disabled) {
      this.end(digest);
      return undefined;
    }
    if (now - row.used_at >= NOTE_EVERY_MS) {
      this.#database.prepare('UPDATE session SET used_at = ? WHERE digest = ?').run(now, digest);
    }
    return {
      kind: 'user',
      name: user.name,
      role: user.role,
      scope: user.scope,
      address,
      mustChangePassword: user.mustChange,
      session: digest,
    };
  }

  end(digest: string): void {
    this.#database.prepare('DELETE FROM session WHERE digest = ?').run(digest);
  }
}
