import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '#runtime/errors.ts';
import { openDatabaseForReading } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { copyInto } from '#runtime/stored-format.ts';

/**
 * A process of its own, so that neither the copying nor the hashing makes the api's event loop wait:
 * `node copy.ts SOURCE TARGET` makes a whole copy beside the writer, checks it, and prints what it is.
 */
const NICE = 10;
const [source = '', target = ''] = process.argv.slice(2);
try {
  setPriority(NICE);
  const from = openDatabaseForReading(source);
  copyInto(from, target);
  from.close();
  const copy = openDatabaseForReading(target);
  const problems = copy.prepare('PRAGMA quick_check').all() as { readonly quick_check: string }[];
  const [first] = problems;
  if (first?.quick_check !== 'ok') throw new Error(`${source}: ${first?.quick_check ?? 'unread'}`);
  const rows = rowsByTable(copy);
  copy.close();
  const hash = createHash('sha256');
  await pipeline(createReadStream(target), hash);
  const { size: bytes } = statSync(target);
  process.stdout.write(JSON.stringify({ bytes, sha256: hash.digest('hex'), rows }));
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}

function rowsByTable(database: Database): Record<string, number> {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all() as { readonly name: string }[];
  return Object.fromEntries(
    tables.map(({ name }) => {
      const [row] = database
        .prepare(`SELECT count(*) AS n FROM "${name.replaceAll('"', '""')}"`)
        .all() as { readonly n: number }[];
      return [name, row?.n ?? 0];
    }),
  );
}
