import { createRequire } from 'node:module';
import type * as sqlite from '@photostructure/sqlite';
import { ConfigError, messageOf } from './errors.ts';

/**
 * The one place where SQLite is imported: `node:sqlite` where Node has it (22.13 and later),
 * else `@photostructure/sqlite`, which has the same interface and comes prebuilt.
 */
export type Database = sqlite.DatabaseSyncInstance;
export type Statement = sqlite.StatementSyncInstance;

const require = createRequire(import.meta.url);

function load(): typeof sqlite {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const builtIn = major > 22 || (major === 22 && minor >= 13);
  return require(builtIn ? 'node:sqlite' : '@photostructure/sqlite') as typeof sqlite;
}

/**
 * Opens a file for writing: WAL, `synchronous=FULL`, one writing connection per file. Throws
 * ConfigError for a file that is no database or a damaged one: no later try would open it.
 */
export function openDatabase(path: string): Database {
  const database = new (load().DatabaseSync)(path);
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA busy_timeout = 5000;
      PRAGMA foreign_keys = ON;
    `);
  } catch (error) {
    database.close();
    throw damagedOr(path, error);
  }
  return database;
}

/** A file that no later try would read is a ConfigError with the way out; else the error itself. */
export function damagedOr(path: string, error: unknown): unknown {
  const problem = messageOf(error);
  if (!/not a database|malformed/.test(problem)) return error;
  return new ConfigError([
    `${path}: ${problem}; restore it from a backup, or move it away and a new one begins`,
  ]);
}

/**
 * Closes what `openDatabase` opened. The file itself then holds everything: cached statements would
 * keep the connection half open and its log beside it, and a copy of the file alone would lack that.
 */
export function closeDatabase(database: Database): void {
  try {
    // Whoever still reads is not waited for.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    // Then the log stays beside the file, whole, and is read at the next start.
    if (!/disk|readonly|locked/.test(messageOf(error))) throw error;
  } finally {
    database.close();
  }
}

/** Opens a file for reading beside its writer. */
export function openDatabaseForReading(path: string): Database {
  const database = new (load().DatabaseSync)(path, { readOnly: true });
  database.exec('PRAGMA busy_timeout = 5000');
  return database;
}

/** A question whose rows come as arrays, values in the order of the columns. */
export type Question = (...values: (string | number)[]) => unknown[];

/**
 * Objects take more than twice as long to make as arrays. A Node whose own SQLite has no arrays yet
 * (22.13 to 22.15) makes objects, whose values stand in the same order.
 */
export function prepareQuestion(database: Database, sql: string): Question {
  const statement = database.prepare(sql);
  const { setReturnArrays } = statement as Partial<Statement>;
  if (setReturnArrays === undefined) {
    return (...values) => (statement.all(...values) as object[]).map((row) => Object.values(row));
  }
  statement.setReturnArrays(true);
  return (...values) => statement.all(...values);
}

/** How long a lock is waited for: a process that was just told to end may still be at it. */
const LOCK_PATIENCE_MS = 500;

/**
 * A file that only one process at a time holds, by the operating system's own lock, which ends with
 * its process however that dies; undefined when somebody else holds it.
 */
export function openLock(path: string): Database | undefined {
  const database = new (load().DatabaseSync)(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${LOCK_PATIENCE_MS}; BEGIN EXCLUSIVE`);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && /database is locked/.test(error.message)) return undefined;
    throw error;
  }
}

/** Runs `work` in one immediate transaction; rolls back whatever it throws. */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
