import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

const HEADER = 'SQLite format 3\0';
/** Can be made again from the rest. */
const DERIVED = new Set(['view']);
const STORED = /\.(sqlite|db)$/;

/**
 * Every SQLite file of a data folder that holds truth, as paths inside it, in the order of their
 * names: months of the log as they followed each other, whatever else stands beside them.
 */
export function storedFilesOf(folder: string, within = ''): string[] {
  return readdirSync(join(folder, within), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = within === '' ? entry.name : `${within}/${entry.name}`;
      if (entry.isDirectory()) return DERIVED.has(path) ? [] : storedFilesOf(folder, path);
      const isStored = entry.isFile() && STORED.test(entry.name);
      return isStored && isDatabase(join(folder, path)) ? [path] : [];
    });
}

/** A file that was only just created has no header yet, and nothing in it. */
function isDatabase(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(HEADER.length);
    readSync(file, start, 0, start.length, 0);
    return start.toString('latin1') === HEADER;
  } finally {
    closeSync(file);
  }
}
