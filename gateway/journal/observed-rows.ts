import type { Database } from '#runtime/sqlite.ts';
import type { Run } from './journal-file.ts';

/** An observed interval of a journal that is not settled to its end, or still open. */
export interface ObservedRow {
  readonly run: Run;
  readonly seq: number;
  readonly fromMono: number;
  untilMono: number;
  /** Wall time of `from`; undefined until it is first published. */
  fromWall: number | undefined;
  settledUntil: number;
  open: boolean;
  /** The greatest `until` that was sent since the last connect, and when (monotonic). */
  sent: { readonly until: number; readonly atMono: number } | undefined;
  /** Not on disk yet. */
  dirty: boolean;
}

/** `until` by the wall clock: the interval's length is the monotonic clock's. */
export function untilWallOf(row: ObservedRow): number | undefined {
  return row.fromWall === undefined ? undefined : row.fromWall + row.untilMono - row.fromMono;
}

export const isSettledRow = (row: ObservedRow): boolean =>
  row.fromWall !== undefined && row.settledUntil >= (untilWallOf(row) ?? 0);

/**
 * Ends the interval at an instant of the monotonic clock, or where it is settled; true when it had
 * gone on behind that. What is settled is never taken back.
 */
export function cutRow(row: ObservedRow, atMono: number): boolean {
  const settledMono =
    row.fromWall === undefined || row.settledUntil === 0
      ? row.fromMono
      : row.fromMono + row.settledUntil - row.fromWall;
  const until = Math.max(row.fromMono, settledMono, atMono);
  if (!row.open && until >= row.untilMono) return false;
  row.dirty ||= until < row.untilMono;
  row.untilMono = Math.min(row.untilMono, until);
  row.open = false;
  return true;
}

interface Stored {
  readonly seq: number;
  readonly at_mono: number;
  readonly until_mono: number;
  readonly at_wall: number | null;
  readonly settled_until: number | null;
}

/** The intervals of an earlier run: none of them is open any more. */
export function readObservedRows(database: Database, run: Run): ObservedRow[] {
  const rows = database
    .prepare(
      `SELECT seq, at_mono, until_mono, at_wall, settled_until FROM record
       WHERE run = ? AND kind = 'observed' ORDER BY seq`,
    )
    .all(run.ordinal) as unknown as Stored[];
  return rows.map((row) => ({
    run,
    seq: row.seq,
    fromMono: row.at_mono,
    untilMono: row.until_mono,
    fromWall: row.at_wall ?? undefined,
    settledUntil: row.settled_until ?? 0,
    open: false,
    sent: undefined,
    dirty: false,
  }));
}
