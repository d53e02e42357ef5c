import type { Database } from '#runtime/sqlite.ts';
import type { BayBody } from './journal-facts.ts';
import type { Run } from './journal-file.ts';
import type { ObservedRow } from './observed-rows.ts';

/** A record that is not on disk yet. */
export interface PendingRow {
  readonly seq: number;
  readonly kind: 'bay' | 'observed' | 'undated';
  readonly body: object;
  readonly atMono: number | null;
  readonly untilMono: number | null;
  readonly atWall: number | null;
}

/** Inserts records of the run; `fixMs`: the offset that fixes their wall time now. */
export function writeRecords(
  database: Database,
  { ordinal }: Run,
  rows: readonly PendingRow[],
  fixMs: number | undefined,
): void {
  const insert = database.prepare(
    `INSERT INTO record (run, seq, kind, body, at_mono, until_mono, at_wall)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const remember = database.prepare(
    `INSERT INTO bay (bay, state, run, seq, at_mono, at_wall) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (bay) DO UPDATE SET state = excluded.state, run = excluded.run,
       seq = excluded.seq, at_mono = excluded.at_mono, at_wall = excluded.at_wall`,
  );
  const lastOfBay = new Map<string, PendingRow>();
  for (const row of rows) {
    const { seq, kind, body, atMono, untilMono } = row;
    const fixed = fixedWallOf(row, fixMs);
    insert.run(ordinal, seq, kind, JSON.stringify(body), atMono, untilMono, fixed);
    if (kind === 'bay') lastOfBay.set((body as BayBody).bay, row);
  }
  for (const [bay, row] of lastOfBay) {
    const { state } = row.body as BayBody;
    remember.run(bay, state, ordinal, row.seq, row.atMono, fixedWallOf(row, fixMs));
  }
}

/** Epoch milliseconds; null: not fixed yet. */
export function fixedWallOf(
  { atMono, atWall }: Pick<PendingRow, 'atMono' | 'atWall'>,
  fixMs: number | undefined,
): number | null {
  return atWall ?? (fixMs === undefined || atMono === null ? null : atMono + fixMs);
}

/** How far intervals go, and how far they are settled. */
export function writeMarks(database: Database, rows: readonly ObservedRow[]): void {
  const update = database.prepare(
    'UPDATE record SET until_mono = ?, settled_until = ? WHERE run = ? AND seq = ?',
  );
  for (const row of rows) {
    update.run(row.untilMono, row.settledUntil || null, row.run.ordinal, row.seq);
  }
}
