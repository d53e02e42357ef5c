import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ShownSignCause, ShownLot } from '#contract/history.ts';
import type { LotId, SignId } from '#contract/ids.ts';
import type { SignShow } from '#contract/sign-ladder.ts';
import { closeDatabase, inTransaction, openDatabase } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { bringUpToDate } from '#runtime/stored-format.ts';
import type { StoredFormat } from '#runtime/stored-format.ts';
import type { Log } from '#runtime/log.ts';

const SCHEMA = `
CREATE TABLE shown (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE INDEX shown_subject ON shown (what, subject, at);
CREATE INDEX shown_at ON shown (at);
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  started_at INTEGER NOT NULL,
  alive_at INTEGER NOT NULL
) STRICT;`;

const shownFormat: StoredFormat = {
  what: 'record of what was shown',
  version: 1,
  versionOf: (database) => {
    const row = database.prepare('PRAGMA user_version').get() as { readonly user_version: number };
    return row.user_version;
  },
  setVersion: (database, version) => database.exec(`PRAGMA user_version = ${version}`),
  steps: {},
};

/** What a page said of a lot; as ShownLot, with instants as the store has them. */
export type LotSaid = Omit<ShownLot, 'observedAt'> & { readonly observedAt: number | null };

export interface SignTold {
  readonly rows: readonly {
    readonly lot: LotId;
    readonly show: SignShow;
    readonly cause: ShownSignCause;
  }[];
}

/** From an instant on, epoch milliseconds, until the subject's next one. */
export type ShownChange = { readonly at: number } & (
  | { readonly what: 'lot'; readonly subject: LotId; readonly content: LotSaid }
  | { readonly what: 'sign'; readonly subject: SignId; readonly content: SignTold }
);

export interface Since<Content> {
  readonly since: number;
  readonly content: Content;
}

/** A run of the api, [startedAt, aliveAt]: between runs nobody told anything. */
export interface Run {
  readonly startedAt: number;
  readonly aliveAt: number;
}

/** Rows that go in one turn: what is asked of the api meanwhile waits for no more. */
const ROWS_A_TURN = 2_000;

/**
 * What was shown, as it was: truth that nothing can make again, in a file of its own since it comes
 * and goes all day. One connection writes and reads.
 */
export class ShownStore {
  readonly #database: Database;
  readonly #run: number;

  /** Begins a run. Throws ConfigError for a newer program's file. */
  constructor(path: string, now: number, log: Log) {
    mkdirSync(dirname(path), { recursive: true });
    this.#database = openDatabase(path);
    try {
      inTransaction(this.#database, () => {
        // A file that was only just created, or whose creation was cut short.
        if (shownFormat.versionOf(this.#database) > 0) return;
        this.#database.exec(SCHEMA);
        shownFormat.setVersion(this.#database, shownFormat.version);
      });
      bringUpToDate(this.#database, path, shownFormat, log);
      const { lastInsertRowid } = this.#database
        .prepare('INSERT INTO run (started_at, alive_at) VALUES (?, ?)')
        .run(now, now);
      this.#run = Number(lastInsertRowid);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** All of it or nothing, on the disk on return. Throws what SQLite throws. */
  write(changes: readonly ShownChange[], aliveAt: number): void {
    inTransaction(this.#database, () => {
      const insert = this.#database.prepare(
        'INSERT INTO shown (at, what, subject, content) VALUES (?, ?, ?, ?)',
      );
      for (const { at, what, subject, content } of changes) {
        insert.run(at, what, subject, JSON.stringify(content));
      }
      this.#database.prepare('UPDATE run SET alive_at = ? WHERE id = ?').run(aliveAt, this.#run);
    });
  }

  lotAt(lot: LotId, at: number): Since<LotSaid> | undefined {
    return this.#last('lot', lot, at) as Since<LotSaid> | undefined;
  }

  signAt(sign: SignId, at: number): Since<SignTold> | undefined {
    return this.#last('sign', sign, at) as Since<SignTold> | undefined;
  }

  /** The last run that had begun by then; undefined: none had. */
  runAt(at: number): Run | undefined {
    const row = this.#database
      .prepare(
        'SELECT started_at, alive_at FROM run WHERE started_at <= ? ORDER BY id DESC LIMIT 1',
      )
      .get(at) as { readonly started_at: number; readonly alive_at: number } | undefined;
    return row && { startedAt: row.started_at, aliveAt: row.alive_at };
  }

  /** When the oldest that is kept began; undefined: nothing is. */
  keptSince(): number | undefined {
    const row = this.#database.prepare('SELECT min(at) AS at FROM shown').get() as {
      readonly at: number | null;
    };
    return row.at ?? undefined;
  }

  /**
   * Lets some go of what ended before an instant; what still held then stays. Returns whether there
   * may be more.
   */
  forget(before: number): boolean {
    const { changes } = this.#database
      .prepare(
        `DELETE FROM shown WHERE id IN (
           SELECT old.id FROM shown AS old WHERE old.at < ?1 AND EXISTS (
             SELECT 1 FROM shown AS next WHERE next.what = old.what AND next.subject = old.subject
               AND next.at <= ?1 AND (next.at > old.at OR next.at = old.at AND next.id > old.id))
           LIMIT ${ROWS_A_TURN})`,
      )
      .run(before);
    this.#database.prepare('DELETE FROM run WHERE alive_at < ? AND id <> ?').run(before, this.#run);
    return changes === ROWS_A_TURN;
  }

  close(): void {
    closeDatabase(this.#database);
  }

  #last(what: ShownChange['what'], subject: string, at: number): Since<unknown> | undefined {
    const row = this.#database
      .prepare(
        `SELECT at, content FROM shown WHERE what = ? AND subject = ? AND at <= ?
           ORDER BY at DESC, id DESC LIMIT 1`,
      )
      .get(what, subject, at) as { readonly at: number; readonly content: string } | undefined;
    return row && { since: row.at, content: JSON.parse(row.content) as unknown };
  }
}
