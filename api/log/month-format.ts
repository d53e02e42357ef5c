import { join } from 'node:path';
import type { Log } from '#runtime/log.ts';
import { closeDatabase, damagedOr, openDatabase, openDatabaseForReading } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { bringUpToDate, refuseNewer } from '#runtime/stored-format.ts';
import type { StoredFormat } from '#runtime/stored-format.ts';
import { LOG_FORMAT } from './month-schema.ts';

/** How a month's file says of which format it is, and the way from older ones. */
export const monthFormat: StoredFormat = {
  what: 'event log',
  version: LOG_FORMAT,
  versionOf: (database) => {
    // Read to its end: a statement that stands half read keeps its lock beyond the closing.
    const rows = database.prepare('SELECT format FROM meta').all() as { format: number }[];
    return rows[0]?.format ?? 0;
  },
  setVersion: (database, version) => {
    database.prepare('UPDATE meta SET format = ?').run(version);
  },
  steps: {},
};

/** A file that a crash left before its first transaction has no tables; the log never used it. */
export function isBegun(database: Database): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").all().length > 0;
}

/**
 * Brings the months of a log to the present format. Refuses all before it touches one: a log that
 * is half old and half new belongs to nobody. Throws ConfigError for a newer format.
 */
export function bringMonthsUpToDate(
  folder: string,
  names: readonly string[],
  log: Log,
  format: StoredFormat = monthFormat,
): void {
  const paths = names.map((name) => join(folder, name));
  const old = paths.filter((path) => {
    const database = openDatabaseForReading(path);
    try {
      if (!isBegun(database)) return false;
      const version = format.versionOf(database);
      refuseNewer(path, version, format);
      return version < format.version;
    } catch (error) {
      throw damagedOr(path, error);
    } finally {
      database.close();
    }
  });
  for (const path of old) {
    const database = openDatabase(path);
    try {
      bringUpToDate(database, path, format, log);
    } finally {
      closeDatabase(database);
    }
  }
}
