import type { BayId } from '#contract/ids.ts';
import { closeDatabase, inTransaction, openDatabase } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { MonthFile } from './month-file.ts';

/** Bays looked at before others get their turn of the event loop. */
const BAYS_A_TURN = 20;
/** A file of which no more than this share is still used is written anew without the rest. */
const WORTH_SHRINKING = 0.25;

/** From when on a bay's changes are kept; epoch milliseconds. */
export type KeptFrom = (bay: BayId) => number;

/** Each bay that the month has an event of, found by leaps through the index. */
const BAYS = `WITH RECURSIVE found (bay) AS (
  SELECT min(bay) FROM event WHERE bay IS NOT NULL
  UNION ALL
  SELECT (SELECT min(bay) FROM event WHERE bay > found.bay) FROM found WHERE found.bay IS NOT NULL
) SELECT bay FROM found WHERE bay IS NOT NULL`;
const HAS_OLDER = 'SELECT 1 AS one FROM event WHERE bay = ? AND sensed_at < ? LIMIT 1';
const DELETE_OLDER = 'DELETE FROM event WHERE bay = ? AND sensed_at < ?';
const DELETE_LETTERS = 'DELETE FROM dead_letter WHERE received_at < ?';

/**
 * Removes bay events that are older than what is kept of their bay, and dead letters received before
 * `lettersFrom`, some bays at a time. The bytes are overwritten, not only let go. Yields how many
 * events went with each step.
 */
export function* expireMonth(
  month: MonthFile,
  isNewest: boolean,
  keptFrom: KeptFrom,
  lettersFrom: number,
): Generator<number> {
  const bays = month.statement(BAYS).all() as { readonly bay: BayId }[];
  const stale: { readonly bay: BayId; readonly from: number }[] = [];
  for (const [at, { bay }] of bays.entries()) {
    const from = keptFrom(bay);
    if (month.statement(HAS_OLDER).all(bay, from).length > 0) stale.push({ bay, from });
    if (at % BAYS_A_TURN === BAYS_A_TURN - 1) yield 0;
  }
  const letters = month
    .statement('SELECT 1 AS one FROM dead_letter WHERE received_at < ? LIMIT 1')
    .all(lettersFrom);
  if (stale.length === 0 && letters.length === 0) return;

  const database = isNewest ? month.database : openDatabase(month.path);
  try {
    database.exec('PRAGMA secure_delete = ON');
    for (let at = 0; at < stale.length; at += BAYS_A_TURN) {
      yield inTransaction(database, () => {
        const older = database.prepare(DELETE_OLDER);
        let gone = 0;
        for (const { bay, from } of stale.slice(at, at + BAYS_A_TURN)) {
          gone += older.run(bay, from).changes;
        }
        return gone;
      });
    }
    database.prepare(DELETE_LETTERS).run(lettersFrom);
    if (!isNewest && usedShareOf(database) < WORTH_SHRINKING) database.exec('VACUUM');
    // What was overwritten stands in the file's log beside it until then.
    if (isNewest) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    if (!isNewest) closeDatabase(database);
  }
}

function usedShareOf(database: Database): number {
  const one = (name: string) => {
    const [row] = database.prepare(`PRAGMA ${name}`).all() as Record<string, number>[];
    return row?.[name] ?? 0;
  };
  const pages = one('page_count');
  return pages === 0 ? 1 : (pages - one('freelist_count')) / pages;
}
