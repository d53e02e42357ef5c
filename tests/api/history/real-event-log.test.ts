import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEntry } from '#api/log/log-entry.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { JournalId } from '#contract/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { answersOf } from './answers.ts';
import type { Told } from './memory-log.ts';
import { historyIn } from './open-history.ts';
import { expectedHistory } from './oracle.ts';
import { randomHistory } from './random-history.ts';
import { HOUR, street, T0 } from './street.ts';

const site = street();
const idOf = (order: number) => JournalId.parse(String(order).padStart(32, '0'));

/** The log learns of the journals in their order, as it does from gateways that hold them. */
function learn(eventLog: EventLog, told: readonly Told[]): void {
  const gateways = new Map(told.map(({ journalOrder, gateway }) => [journalOrder, gateway]));
  for (const [order, gateway] of [...gateways].toSorted(([a], [b]) => a - b)) {
    eventLog.journals.learn(gateway, [idOf(order)]);
  }
}

/** Commits as ingest does: an interval is written again only when it has become longer. */
function commit(eventLog: EventLog, told: readonly Told[], ends: Map<string, number>): void {
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

test.each([
  { engine: 'memory', numRuns: 40 },
  { engine: 'duckdb', numRuns: 8 },
] as const)('a view in $engine follows the real event log over the turn of a month', async (on) => {
  await fc.assert(
    fc.asyncProperty(randomHistory(), async ({ told, commits }) => {
      using folder = openTempFolder();
      const clock = new HandClock(Date.UTC(2026, 2, 31, 12));
      const eventLog = openEventLog(folder.path, { clock, log: silentLog });
      learn(eventLog, told);
      const history = await historyIn(folder.path, eventLog, site, on.engine);
      try {
        const ends = new Map<string, number>();
        for (const [at, one] of commits.entries()) {
          clock.pass(HOUR);
          commit(eventLog, one, ends);
          if (at % 3 === 0) await history.caughtUp();
        }
        await history.caughtUp();
        const expected = expectedHistory(site, told);
        expect(await answersOf(history, site)).toEqual(expected);
        await history.rebuild();
        expect(await answersOf(history, site)).toEqual(expected);
      } finally {
        await history.close();
        eventLog.close();
      }
    }),
    { numRuns: on.numRuns },
  );
});
