import type { Database } from '#runtime/sqlite.ts';
import { readRuns, writeRun } from './journal-file.ts';
import type { Run } from './journal-file.ts';

/** A message names at most 64 journals; long before that, earlier ones are made fewer. */
export const RUNS_TO_FOLD = 32;

/**
 * A gateway that starts again and again while it is offline would gather journals without end. One
 * of which nobody has heard has no identity yet: its records may as well follow in the one before.
 * In the caller's transaction.
 */
export function foldUnpublishedRuns(database: Database): void {
  const runs = readRuns(database);
  if (runs.length < RUNS_TO_FOLD) return;
  let into: Run | undefined;
  for (const run of runs) {
    if (into && !into.published && !run.published) append(database, into, run);
    else into = run;
  }
}

function append(database: Database, into: Run, run: Run): void {
  for (const { ordinal, offsetMs } of [into, run]) {
    if (offsetMs === undefined) continue;
    database
      .prepare(
        'UPDATE record SET at_wall = at_mono + ? WHERE run = ? AND at_wall IS NULL AND at_mono IS NOT NULL',
      )
      .run(offsetMs, ordinal);
  }
  for (const table of ['record', 'bay']) {
    database
      .prepare(`UPDATE ${table} SET run = ?, seq = seq + ? WHERE run = ?`)
      .run(into.ordinal, into.lastSeq, run.ordinal);
  }
  into.lastSeq += run.lastSeq;
  writeRun(database, into);
  database.prepare('DELETE FROM run WHERE ordinal = ?').run(run.ordinal);
}
