import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LogId } from '#contract/ids.ts';
import { RejectedError } from '#runtime/errors.ts';
import { closeDatabase, openDatabase } from '#runtime/sqlite.ts';
import { FILE_NAME } from './month-file.ts';
import { isBegun } from './month-format.ts';

/**
 * Gives the log of a folder a new id, in its newest month, which is the one that is read. Throws
 * RejectedError where there is no log.
 */
export function renewLog(folder: string, logId: LogId): void {
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => FILE_NAME.test(name))
    : [];
  for (const name of names.toSorted().toReversed()) {
    const database = openDatabase(join(folder, name));
    try {
      if (!isBegun(database)) continue;
      database.prepare('UPDATE meta SET log_id = ?').run(logId);
      return;
    } finally {
      closeDatabase(database);
    }
  }
  throw new RejectedError('no_log', `${folder} holds no month of an event log`);
}
