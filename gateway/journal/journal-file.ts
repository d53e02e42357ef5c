import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#runtime/log.ts';
import { openDatabase } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { bringUpToDate } from '#runtime/stored-format.ts';
import type { StoredFormat } from '#runtime/stored-format.ts';

const FORMAT = 1;

/**
 * The gateway's one file of truth. A `run` is a journal; a `record` keeps the monotonic time of its
 * run, and its wall time from the moment it is first published. `bay` is each bay's last event.
 */
const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE run (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    last_seq INTEGER NOT NULL DEFAULT 0,
    settled_seq INTEGER NOT NULL DEFAULT 0,
    first_held INTEGER NOT NULL DEFAULT 1,
    offset_ms INTEGER,
    published INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE record (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at_mono INTEGER,
    until_mono INTEGER,
    at_wall INTEGER,
    settled_until INTEGER,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
  CREATE INDEX record_observed ON record (run, seq) WHERE kind = 'observed';
  CREATE TABLE bay (
    bay TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_mono INTEGER,
    at_wall INTEGER
  ) WITHOUT ROWID;
  CREATE TABLE settlement (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_wall INTEGER NOT NULL,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
`;

/** `user_version` says of which format a journal is; 0: a new file. */
export const journalFormat: StoredFormat = {
  what: 'journal',
  version: FORMAT,
  versionOf: (database) => {
    const row = database.prepare('PRAGMA user_version').get() as { readonly user_version: number };
    return row.user_version;
  },
  setVersion: (database, version) => database.exec(`PRAGMA user_version = ${version}`),
  steps: {},
};

/**
 * Opens `journal.db` in the folder, or makes it; an older format is migrated. Throws ConfigError for
 * a newer one.
 */
export function openJournalFile(folder: string, log: Log, format = journalFormat): Database {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'journal.db');
  const database = openDatabase(path);
  try {
    if (format.versionOf(database) === 0) {
      database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${FORMAT}; COMMIT;`);
    }
    bringUpToDate(database, path, format, log);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A journal as it is kept in memory: one row of `run`. */
export interface Run {
  readonly ordinal: number;
  readonly id: string;
  lastSeq: number;
  settledSeq: number;
  /** The oldest seq still on disk. */
  firstHeld: number;
  /** Wall time minus the run's monotonic time; undefined while its clock was never trusted. */
  offsetMs: number | undefined;
  /** Anything of it may have left the gateway. */
  published: boolean;
}

interface RunRow {
  readonly ordinal: number;
  readonly id: string;
  readonly last_seq: number;
  readonly settled_seq: number;
  readonly first_held: number;
  readonly offset_ms: number | null;
  readonly published: number;
}

/** All runs on disk, oldest first. */
export function readRuns(database: Database): Run[] {
  const rows = database.prepare('SELECT * FROM run ORDER BY ordinal').all() as unknown as RunRow[];
  return rows.map((row) => ({
    ordinal: row.ordinal,
    id: row.id,
    lastSeq: row.last_seq,
    settledSeq: row.settled_seq,
    firstHeld: row.first_held,
    offsetMs: row.offset_ms ?? undefined,
    published: row.published !== 0,
  }));
}

/** A run that is on disk with the next `writeRun` of it. */
export function newRun(database: Database, runs: readonly Run[]): Run {
  const { last } = database
    .prepare("SELECT COALESCE(MAX(seq), 0) AS last FROM sqlite_sequence WHERE name = 'run'")
    .get() as { last: number };
  return {
    ordinal: Math.max(last, ...runs.map(({ ordinal }) => ordinal)) + 1,
    id: randomBytes(16).toString('hex'),
    lastSeq: 0,
    settledSeq: 0,
    firstHeld: 1,
    offsetMs: undefined,
    published: false,
  };
}

export function writeRun(database: Database, run: Run): void {
  database
    .prepare(
      `INSERT INTO run (id, last_seq, settled_seq, first_held, offset_ms, published, ordinal)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (ordinal) DO UPDATE SET last_seq = excluded.last_seq,
         settled_seq = excluded.settled_seq, first_held = excluded.first_held,
         offset_ms = excluded.offset_ms, published = excluded.published`,
    )
    .run(
      run.id,
      run.lastSeq,
      run.settledSeq,
      run.firstHeld,
      run.offsetMs ?? null,
      run.published ? 1 : 0,
      run.ordinal,
    );
}

export function readLogId(database: Database): string | undefined {
  const row = database.prepare("SELECT value FROM meta WHERE name = 'logId'").get();
  return (row as { readonly value: string } | undefined)?.value;
}

export function writeLogId(database: Database, id: string): void {
  database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('logId', ?)").run(id);
}
