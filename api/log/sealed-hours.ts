import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { closeDatabase, inTransaction, openDatabase } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { refuseNewer } from '#runtime/stored-format.ts';
import type { StoredFormat } from '#runtime/stored-format.ts';
import type { SealedHour } from './event-log.ts';

/** Its name comes after the months': a backup that copies them in order has no gap between. */
const FILE = 'sealed.sqlite';
const SCHEMA = `
CREATE TABLE seal (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  format INTEGER NOT NULL,
  until_at INTEGER NOT NULL
) STRICT;
CREATE TABLE hour (
  lot TEXT NOT NULL,
  hour_at INTEGER NOT NULL,
  occupied_ms INTEGER NOT NULL,
  vacant_ms INTEGER NOT NULL,
  arrivals INTEGER NOT NULL,
  departures INTEGER NOT NULL,
  PRIMARY KEY (lot, hour_at)
) STRICT, WITHOUT ROWID;
`;
const FORMAT: StoredFormat = {
  what: 'file of sealed hours',
  version: 1,
  versionOf: (database) => {
    const rows = database.prepare('SELECT format FROM seal').all() as { format: number }[];
    return rows[0]?.format ?? 0;
  },
  setVersion: (database, version) => {
    database.prepare('UPDATE seal SET format = ?').run(version);
  },
  steps: {},
};
const PUT = 'INSERT OR REPLACE INTO hour VALUES (?, ?, ?, ?, ?, ?)';

/**
 * Lots' sums of hours whose single changes are gone from the log, or will be: what is sealed stays as
 * it is. The file is made with the first of them. Times are epoch milliseconds.
 */
export class SealedHours {
  readonly #path: string;
  #database: Database | undefined;
  #until = 0;

  /** Throws ConfigError for a newer program's file. */
  constructor(folder: string) {
    this.#path = join(folder, FILE);
    if (!existsSync(this.#path)) return;
    this.#database = this.#open();
    this.#until = this.#storedUntil(this.#database);
  }

  /** A whole hour; 0: nothing is sealed. */
  get until(): number {
    return this.#until;
  }

  hours(): readonly SealedHour[] {
    const rows = this.#database?.prepare(
      `SELECT lot, hour_at AS hourAt, occupied_ms AS occupiedBayMs, vacant_ms AS vacantBayMs,
         arrivals, departures FROM hour WHERE hour_at < ? ORDER BY lot, hour_at`,
    );
    return (rows?.all(this.#until) ?? []) as readonly SealedHour[];
  }

  /** The hours from the present seal up to `until`; all of it is on the disk when it returns. */
  seal(until: number, hours: readonly SealedHour[]): void {
    if (until <= this.#until) return;
    const database = (this.#database ??= this.#open());
    inTransaction(database, () => {
      const put = database.prepare(PUT);
      for (const { lot, hourAt, occupiedBayMs, vacantBayMs, arrivals, departures } of hours) {
        put.run(lot, hourAt, occupiedBayMs, vacantBayMs, arrivals, departures);
      }
      database.prepare('UPDATE seal SET until_at = ?').run(until);
    });
    this.#until = until;
  }

  close(): void {
    if (this.#database) closeDatabase(this.#database);
    this.#database = undefined;
  }

  #open(): Database {
    const database = openDatabase(this.#path);
    try {
      inTransaction(database, () => {
        if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'seal'").all().length > 0) {
          refuseNewer(this.#path, FORMAT.versionOf(database), FORMAT);
          return;
        }
        database.exec(SCHEMA);
        database.prepare('INSERT INTO seal VALUES (1, ?, 0)').run(FORMAT.version);
      });
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #storedUntil(database: Database): number {
    const rows = database.prepare('SELECT until_at FROM seal').all() as { until_at: number }[];
    return rows[0]?.until_at ?? 0;
  }
}
