import { randomBytes } from 'node:crypto';
import type { AccessRole, AccessScope, TokenAnswer } from '#contract/access.ts';
import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { Actor, Audit } from './audit.ts';
import { actorOf } from './caller.ts';
import type { Caller } from './caller.ts';
import { digestOf, newSecret } from './secret-token.ts';

/** So that a leaked one is recognised, by people and by scanners. */
const PREFIX = 'bnj_';
const DAY_MS = 24 * 60 * 60_000;
const NOTE_EVERY_MS = 60_000;

/** Machines that may ask. Of each token only its digest is kept. */
export class ApiTokens {
  readonly #database: Database;
  readonly #audit: Audit;
  readonly #clock: Clock;

  constructor(database: Database, audit: Audit, clock: Clock) {
    this.#database = database;
    this.#audit = audit;
    this.#clock = clock;
  }

  all(): TokenAnswer[] {
    const rows = this.#database.prepare('SELECT * FROM api_token ORDER BY created_at, id').all();
    return rows.map(answerFrom);
  }

  add(
    by: Caller,
    asked: {
      readonly name: string;
      readonly role: AccessRole;
      readonly scope: AccessScope;
      readonly days: number;
    },
  ): { readonly token: TokenAnswer; readonly secret: string } {
    const { name, role, scope, days } = asked;
    const id = randomBytes(6).toString('hex');
    const secret = `${PREFIX}${newSecret()}`;
    const now = this.#clock.wallMs();
    this.#audit.recorded(by, () => {
      this.#database
        .prepare(
          'INSERT INTO api_token (id, digest, name, role, scope, created_at, created_by, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          id,
          digestOf(secret),
          name,
          role,
          JSON.stringify(scope),
          now,
          actorOf(by),
          now + days * DAY_MS,
        );
      return { action: 'token.add', subject: id, after: { name, role, scope, days } };
    });
    return { token: this.#known(id), secret };
  }

  /** Throws RejectedError('unknown_token'). Revoking twice is revoking once. */
  revoke(by: Actor, id: string): TokenAnswer {
    const before = this.#known(id);
    if (before.revoked) return before;
    this.#audit.recorded(by, () => {
      this.#database.prepare('UPDATE api_token SET revoked = 1 WHERE id = ?').run(id);
      const { name, role, scope } = before;
      return { action: 'token.revoke', subject: id, before: { name, role, scope } };
    });
    return this.#known(id);
  }

  /** Whose secret it is; undefined: nobody's, or no longer. */
  callerOf(secret: string, address: string): Caller | undefined {
    if (!secret.startsWith(PREFIX)) return undefined;
    const row = this.#database
      .prepare('SELECT * FROM api_token WHERE digest = ?')
      .get(digestOf(secret)) as StoredToken | undefined;
    const now = this.#clock.wallMs();
    if (row === undefined || row.revoked === 1 || row.expires_at <= now) return undefined;
    if (now - (row.last_used_at ?? 0) >= NOTE_EVERY_MS) {
      this.#database.prepare('UPDATE api_token SET last_used_at = ? WHERE id = ?').run(now, row.id);
    }
    const { token: name, role, scope } = answerFrom(row);
    return { kind: 'token', name, role, scope, address, mustChangePassword: false };
  }

  find(id: string): TokenAnswer | undefined {
    const row = this.#database.prepare('SELECT * FROM api_token WHERE id = ?').get(id);
    return row === undefined ? undefined : answerFrom(row);
  }

  #known(id: string): TokenAnswer {
    const token = this.find(id);
    if (token === undefined) throw new RejectedError('unknown_token', `No token "${id}" here.`);
    return token;
  }
}

interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly scope: string;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number;
  readonly last_used_at: number | null;
  readonly revoked: number;
}

/** The file is written by this program alone. */
function answerFrom(stored: object): TokenAnswer {
  const row = stored as StoredToken;
  return {
    token: row.id,
    name: row.name,
    role: row.role as AccessRole,
    scope: JSON.parse(row.scope) as AccessScope,
    createdAt: isoOf(row.created_at),
    createdBy: row.created_by,
    expiresAt: isoOf(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : isoOf(row.last_used_at),
    revoked: row.revoked === 1,
  };
}
