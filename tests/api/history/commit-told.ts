import type { LogEntry } from '#api/log/log-entry.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { JournalId } from '#contract/ids.ts';
import type { Told } from './memory-log.ts';
import { T0 } from './street.ts';

const idOf = (order: number) => JournalId.parse(String(order).padStart(32, '0'));

/** The log learns of the journals in their order, as it does from gateways that hold them. */
export function learnJournals(eventLog: EventLog, told: readonly Told[]): void {
  const gateways = new Map(told.map(({ journalOrder, gateway }) => [journalOrder, gateway]));
  for (const [order, gateway] of [...gateways].toSorted(([a], [b]) => a - b)) {
    eventLog.journals.learn(gateway, [idOf(order)]);
  }
}

/** Commits as ingest does: an interval is written again only when it has become longer. */
export function commitTold(
  eventLog: EventLog,
  told: readonly Told[],
  ends: Map<string, number>,
): void {
  const entries: LogEntry[] = [];
  for (const { journalOrder, record } of told) {
    const journal = eventLog.journals.find(idOf(journalOrder));
    if (!journal) throw new Error('a learned journal is known');
    const common = { journal, receivedAt: T0 };
    if (record.kind !== 'observed') {
      entries.push({ ...common, kind: 'event', record, assigned: true });
    } else {
      const key = `${journalOrder}/${record.seq}`;
      if (record.until <= (ends.get(key) ?? -1)) continue;
      ends.set(key, record.until);
      entries.push({ ...common, kind: 'observed', record, ownBays: record.bays });
    }
    journal.accept(record.seq, { kind: 'record', record });
  }
  eventLog.commit(entries, eventLog.journals);
}
