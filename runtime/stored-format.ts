import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { ConfigError, messageOf, UnavailableError } from './errors.ts';
import type { Log } from './log.ts';
import { inTransaction } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** The form in which a kind of file is stored, and the way to it from older ones. */
export interface StoredFormat {
  /** What it is, for people. */
  readonly what: string;
  readonly version: number;
  readonly versionOf: (database: Database) => number;
  readonly setVersion: (database: Database, version: number) => void;
  /** By the version that it starts from: each makes the next one of it, in the caller's transaction. */
  readonly steps: Readonly<Record<number, (database: Database) => void>>;
}

/**
 * Throws ConfigError for a file of a newer version: what this one does not know it would lose. The
 * sentence names the way out.
 */
export function refuseNewer(path: string, version: number, { what, version: ours }: StoredFormat) {
  if (version <= ours) return;
  throw new ConfigError([
    `${path}: this ${what} has format ${version} and was written by a newer Binjari, this one knows formats up to ${ours}: start the newer one, or restore a backup from before the update`,
  ]);
}

/**
 * Brings an open file to the present format: a whole copy beside it first (`….format-N`), then all
 * steps in one transaction, so that a process that is killed meanwhile finds the old or the new.
 */
export function bringUpToDate(
  database: Database,
  path: string,
  format: StoredFormat,
  log: Log,
): void {
  const from = format.versionOf(database);
  refuseNewer(path, from, format);
  if (from === format.version) return;
  for (let version = from; version < format.version; version += 1) {
    if (format.steps[version]) continue;
    throw new ConfigError([
      `${path}: this ${format.what} has format ${from}, which this Binjari can no longer read: start the version that wrote it, update step by step, or restore a later backup`,
    ]);
  }
  const copy = `${path}.format-${from}`;
  copyBefore(database, path, copy);
  inTransaction(database, () => {
    for (let version = from; version < format.version; version += 1) {
      format.steps[version]?.(database);
    }
    format.setVersion(database, format.version);
  });
  log.info({ path, from, to: format.version, copy }, 'stored.format.migrated');
}

function copyBefore(database: Database, path: string, copy: string): void {
  try {
    copyInto(database, `${copy}.part`);
    renameSync(`${copy}.part`, copy);
  } catch (error) {
    rmSync(`${copy}.part`, { force: true });
    throw new UnavailableError(
      'no_copy',
      `${path} must be migrated, and no copy of it can be made before (${messageOf(error)}): make room for one more of its size`,
      { cause: error },
    );
  }
}

/** A whole and compact copy of what the database holds now, on the disk when it returns. */
export function copyInto(database: Database, path: string): void {
  rmSync(path, { force: true });
  database.prepare('VACUUM INTO ?').run(path);
  // SQLite leaves this file to the operating system.
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
