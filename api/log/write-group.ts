import type { BayEvent } from '#contract/event.ts';
import type { BayId } from '#contract/ids.ts';
import type { Journal } from './journals.ts';
import type { LogEntry } from './log-entry.ts';
import type { MonthFile } from './month-file.ts';

/** A month keeps at most this many dead letters; more are settled and counted, their text is not kept. */
const DEAD_LETTERS_MOST = 100_000;

const INSERT_EVENT = `INSERT INTO event
  (position, journal, seq, received_at, assigned, sensed_at, bay, state, cause, confidence, fact)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const UPSERT_BAY_STATE = `INSERT INTO bay_state (bay, journal, seq, state, sensed_at)
  VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (bay) DO UPDATE SET journal = excluded.journal, seq = excluded.seq,
    state = excluded.state, sensed_at = excluded.sensed_at
  WHERE (excluded.journal, excluded.seq) > (bay_state.journal, bay_state.seq)`;
const UPSERT_LOT_STATE = `INSERT INTO lot_state (lot, journal, seq, fact) VALUES (?, ?, ?, ?)
  ON CONFLICT (lot) DO UPDATE SET journal = excluded.journal, seq = excluded.seq,
    fact = excluded.fact
  WHERE (excluded.journal, excluded.seq) > (lot_state.journal, lot_state.seq)`;
const EXTEND_OBSERVED = `UPDATE observed SET position = ?, until_at = ?
  WHERE journal = ? AND seq = ?`;
const INSERT_OBSERVED = `INSERT INTO observed
  (position, first_position, journal, seq, received_at, assigned, line, bays, from_at, until_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_OBSERVED_BAY =
  'INSERT OR IGNORE INTO observed_bay (bay, from_at, journal, seq) VALUES (?, ?, ?, ?)';
const UPSERT_OPEN_INTERVAL = `INSERT INTO open_interval (journal, line, seq, until_at)
  VALUES (?, ?, ?, ?)
  ON CONFLICT (journal, line) DO UPDATE SET seq = excluded.seq, until_at = excluded.until_at
  WHERE excluded.seq >= open_interval.seq`;
const INSERT_LOSS = 'INSERT INTO loss (journal, from_seq, to_seq, found_at) VALUES (?, ?, ?, ?)';
const INSERT_DEAD_LETTER = `INSERT INTO dead_letter
  (journal, seq, received_at, reason, detail, content)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6
  WHERE (SELECT coalesce(max(id), 0) FROM dead_letter) < ${DEAD_LETTERS_MOST}
    AND NOT EXISTS (SELECT 1 FROM dead_letter
      WHERE journal = ?1 AND seq IS ?2 AND reason = ?4 AND content = ?6)`;
const UPSERT_JOURNAL = `INSERT INTO journal (no, id, gateway, settled) VALUES (?, ?, ?, ?)
  ON CONFLICT (no) DO UPDATE SET settled = excluded.settled`;
const UPDATE_META = 'UPDATE meta SET last_position = ?';

/**
 * Writes a group of entries and the marks of its journals, inside the caller's transaction.
 * Returns the log's new last position.
 */
export function writeGroup(
  file: MonthFile,
  entries: readonly LogEntry[],
  journals: Iterable<Journal>,
  lastPosition: number,
): number {
  let position = lastPosition;
  const lastOfBays: LastOfBays = new Map();
  for (const journal of journals) {
    file
      .statement(UPSERT_JOURNAL)
      .run(journal.order, journal.id, journal.gateway, journal.accepted);
  }
  for (const entry of entries) {
    switch (entry.kind) {
      case 'event':
        position += 1;
        writeEvent(file, entry, position, lastOfBays);
        break;
      case 'observed':
        position += 1;
        writeObserved(file, entry, position);
        break;
      case 'deadLetter':
        file
          .statement(INSERT_DEAD_LETTER)
          .run(
            entry.journal.order,
            entry.seq,
            entry.receivedAt,
            entry.reason,
            entry.detail,
            entry.content,
          );
        break;
      case 'loss':
        file
          .statement(INSERT_LOSS)
          .run(entry.journal.order, entry.fromSeq, entry.toSeq, entry.receivedAt);
        break;
    }
  }
  for (const { order, record } of lastOfBays.values()) {
    const { bay, seq, state, sensedAt } = record;
    file.statement(UPSERT_BAY_STATE).run(bay, order, seq, state, sensedAt);
  }
  file.statement(UPDATE_META).run(position);
  return position;
}

/** The last event of each bay in a group: those before it would be overwritten in the same transaction. */
type LastOfBays = Map<BayId, { readonly order: number; readonly record: BayEvent }>;

function keepLast(last: LastOfBays, order: number, record: BayEvent): void {
  const before = last.get(record.bay);
  const isOlder =
    before !== undefined &&
    (before.order > order || (before.order === order && before.record.seq > record.seq));
  if (!isOlder) last.set(record.bay, { order, record });
}

function writeEvent(
  file: MonthFile,
  entry: LogEntry & { kind: 'event' },
  position: number,
  lastOfBays: LastOfBays,
): void {
  const { record, journal, receivedAt, assigned } = entry;
  const place = [position, journal.order, record.seq, receivedAt, assigned ? 1 : 0] as const;
  if (record.kind === 'bay') {
    const { bay, state, sensedAt, cause, confidence } = record;
    file.statement(INSERT_EVENT).run(...place, sensedAt, bay, state, cause, confidence, null);
    if (assigned) keepLast(lastOfBays, journal.order, record);
    return;
  }
  const fact = JSON.stringify(record);
  file.statement(INSERT_EVENT).run(...place, record.sensedAt, null, null, null, null, fact);
  if (record.kind === 'undated') return;
  if (assigned) file.statement(UPSERT_LOT_STATE).run(record.lot, journal.order, record.seq, fact);
}

function writeObserved(
  file: MonthFile,
  entry: LogEntry & { kind: 'observed' },
  position: number,
): void {
  const { record, journal, receivedAt, ownBays } = entry;
  const { seq, line, bays, from, until } = record;
  const { order } = journal;
  file.statement(UPSERT_OPEN_INTERVAL).run(order, line, seq, until);
  const moved = file.statement(EXTEND_OBSERVED).run(position, until, order, seq);
  if (moved.changes > 0) return;
  // Its row is in an older month's file, or nowhere yet: readers take the greatest until of a key.
  file
    .statement(INSERT_OBSERVED)
    .run(
      position,
      position,
      order,
      seq,
      receivedAt,
      ownBays.length > 0 ? 1 : 0,
      line,
      JSON.stringify(bays),
      from,
      until,
    );
  // Of every bay: a later version of the site may say that it was this gateway's after all.
  for (const bay of bays) file.statement(INSERT_OBSERVED_BAY).run(bay, from, order, seq);
}
