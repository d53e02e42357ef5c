import type { BayId } from '#contract/ids.ts';
import type { JournalRecord } from '#contract/event.ts';
import type { LoggedRecord } from './event-log.ts';
import type { Journals } from './journals.ts';
import type { MonthFile, Wanted } from './month-file.ts';
import { eventOf, observedOf } from './stored-record.ts';
import type { EventRow, ObservedRow } from './stored-record.ts';

type Logged<Row> = (row: Row) => LoggedRecord;

function logging<Row extends EventRow | ObservedRow>(
  journals: Journals,
  recordOf: (row: Row) => JournalRecord,
): Logged<Row> {
  return (row) => {
    const journal = journals.atOrder(row.journal);
    return {
      position: row.position,
      gateway: journal.gateway,
      journal: journal.id,
      journalOrder: journal.order,
      receivedAt: row.received_at,
      assigned: row.assigned === 1,
      record: recordOf(row),
    };
  };
}

/** Records of all months (oldest first) with a greater position; positions rise over the files. */
export function recordsAfter(
  months: readonly MonthFile[],
  journals: Journals,
  position: number,
  limit: number,
): readonly LoggedRecord[] {
  const found: LoggedRecord[] = [];
  for (const month of months) {
    const wanted = limit - found.length;
    if (wanted <= 0) break;
    if (month.meta().lastPosition <= position) continue;
    const events = month.eventsAfter(position, wanted);
    // Intervals behind the last of so many events are another call's: they are long.
    const upTo = events.length < wanted ? Number.MAX_SAFE_INTEGER : (events.at(-1)?.position ?? 0);
    const observed = month.observedAfter(position, upTo, wanted);
    const merged = [
      ...events.map(logging(journals, eventOf)),
      ...observed.map(logging(journals, observedOf)),
    ].toSorted((a, b) => a.position - b.position);
    for (const record of merged.slice(0, wanted)) found.push(record);
  }
  return found;
}

/** See EventLogReader.recordsOfBay; months oldest first. */
export function recordsOfBay(
  months: readonly MonthFile[],
  journals: Journals,
  bay: BayId,
  wanted: Wanted,
): readonly LoggedRecord[] {
  const { from, upToPosition } = wanted;
  const events: EventRow[] = [];
  const intervals = new Map<string, ObservedRow>();
  let last: EventRow | undefined;
  for (const month of months) {
    events.push(...month.eventsOfBay(bay, wanted));
    for (const row of month.observedOfBay(bay, wanted)) {
      const key = `${row.journal}/${row.seq}`;
      const known = intervals.get(key);
      if (!known || row.until_at > known.until_at) intervals.set(key, row);
    }
    const earlier = month.lastEventOfBay(bay, from, upToPosition);
    if (earlier && (!last || isLater(earlier, last))) last = earlier;
  }
  if (last) events.push(last);
  return [
    ...events.map(logging(journals, eventOf)),
    ...[...intervals.values()].map(logging(journals, observedOf)),
  ].toSorted((a, b) => a.journalOrder - b.journalOrder || a.record.seq - b.record.seq);
}

function isLater(a: EventRow, b: EventRow): boolean {
  return (a.sensed_at - b.sensed_at || a.journal - b.journal || a.seq - b.seq) > 0;
}
