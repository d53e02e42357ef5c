import type { Database } from '#runtime/sqlite.ts';
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
  for (const { seq, kind, body, atMono, untilMono, atWall } of rows) {
    const fixed = atWall ?? (fixMs === undefined || atMono === null ? null : atMono + fixMs);
    insert.run(ordinal, seq, kind, JSON.stringify(body), atMono, untilMono, fixed);
    if (kind !== 'bay') continue;
    const { bay, state } = body as { readonly bay: string; readonly state: string };
    remember.run(bay, state, ordinal, seq, atMono, fixed);
  }
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
