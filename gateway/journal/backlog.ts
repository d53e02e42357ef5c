import type { JournalRecord } from '#contract/event.ts';
import type { BayId, LineId } from '#contract/ids.ts';
import type { BayBody } from './journal-facts.ts';
import type { Journal } from './journal.ts';
import type { Run } from './journal-file.ts';
import { untilWallOf } from './observed-rows.ts';
import type { ObservedRow } from './observed-rows.ts';
import { bayRecordOf } from './recent-records.ts';

interface Stored {
  readonly seq: number;
  readonly kind: 'bay' | 'observed' | 'undated';
  readonly body: string;
  readonly at_wall: number | null;
  readonly at_mono: number | null;
  readonly until_mono: number | null;
}

/**
 * So many records get their wall time in one transaction, ahead of being read: few, since lines are
 * not read meanwhile.
 */
const DATE_AHEAD = 1_000;

/** A run's records for publication, in seq order, `limit` at most, each with its wall time fixed. */
export function readRecords(
  journal: Journal,
  run: Run,
  afterSeq: number,
  limit: number,
): readonly JournalRecord[] {
  return journal.recent.after(run, afterSeq, limit) ?? readStored(journal, run, afterSeq, limit);
}

/** The same from the disk alone. */
export function readStored(
  journal: Journal,
  run: Run,
  afterSeq: number,
  limit: number,
): JournalRecord[] {
  const select = journal.database.prepare(
    `SELECT seq, kind, body, at_wall, at_mono, until_mono FROM record
     WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const read = () => select.all(run.ordinal, afterSeq, limit) as unknown as Stored[];
  let rows = read();
  const undated = rows.find((row) => row.at_wall === null);
  if (undated) {
    journal.date(run, undated.seq, undated.seq + DATE_AHEAD);
    rows = read();
  }
  const records: JournalRecord[] = [];
  for (const row of rows) {
    // A run without a trusted clock: the rest waits for it.
    if (row.at_wall === null) break;
    records.push(recordOf(row, row.at_wall));
  }
  return records;
}

function recordOf(row: Stored, atWall: number): JournalRecord {
  if (row.kind === 'bay') {
    return bayRecordOf(row.seq, JSON.parse(row.body) as BayBody, atWall);
  }
  if (row.kind === 'undated') {
    const { count } = JSON.parse(row.body) as { readonly count: number };
    return { kind: 'undated', seq: row.seq, count, sensedAt: atWall };
  }
  const { line, bays } = JSON.parse(row.body) as { readonly line: LineId; readonly bays: BayId[] };
  const until = atWall + (row.until_mono ?? 0) - (row.at_mono ?? 0);
  return { kind: 'observed', seq: row.seq, line, bays, from: atWall, until };
}

/** An interval with its present end, under its own key. */
export function readExtension(journal: Journal, row: ObservedRow): JournalRecord | undefined {
  const until = untilWallOf(row);
  const stored = journal.database
    .prepare('SELECT body FROM record WHERE run = ? AND seq = ?')
    .get(row.run.ordinal, row.seq) as { readonly body: string } | undefined;
  if (!stored || until === undefined || row.fromWall === undefined) return undefined;
  const { line, bays } = JSON.parse(stored.body) as { line: LineId; bays: BayId[] };
  return { kind: 'observed', seq: row.seq, line, bays, from: row.fromWall, until };
}

/**
 * The record as it may go before events that lie inside its interval: an interval then claims no
 * more than what is settled of it, and its end follows after those events.
 */
export function heldBack(record: JournalRecord, rows: readonly ObservedRow[]): JournalRecord {
  if (record.kind !== 'observed') return record;
  const row = rows.find(({ seq }) => seq === record.seq);
  return row ? { ...record, until: Math.max(record.from, row.settledUntil) } : record;
}
