import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BayEvent, LotFact, ObservedEvent } from '#contract/event.ts';
import { BayId, GatewayId, JournalId } from '#contract/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { Journal } from '#api/log/journals.ts';
import type { LogEntry } from '#api/log/log-entry.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { readdirSync } from 'node:fs';

const NOVEMBER = Date.UTC(2026, 10, 30, 23, 59);
const DAY_MS = 86_400_000;
const gateway = GatewayId.parse('gw-1');
const bay = BayId.parse('bay-1');

function journalOf(eventLog: EventLog, letter: string): Journal {
  const id = JournalId.parse(letter.repeat(32));
  eventLog.journals.learn(gateway, [id]);
  const journal = eventLog.journals.find(id);
  if (!journal) throw new Error('a learned journal is known');
  return journal;
}

function change(seq: number, sensedAt: number, of: string = bay): BayEvent {
  const state = seq % 2 === 0 ? 'vacant' : 'occupied';
  return BayEvent.parse({
    kind: 'bay',
    seq,
    bay: of,
    state,
    sensedAt,
    cause: 'sensor',
    confidence: 1,
  });
}

function watched(seq: number, from: number, until: number): ObservedEvent {
  return ObservedEvent.parse({ kind: 'observed', seq, line: 'line-1', bays: [bay], from, until });
}

function commit(
  eventLog: EventLog,
  journal: Journal,
  ...records: (BayEvent | ObservedEvent | LotFact)[]
) {
  const entries = records.map((record): LogEntry => {
    journal.accept(record.seq, { kind: 'record', record });
    const common = { journal, receivedAt: 7 };
    return record.kind === 'observed'
      ? { ...common, kind: 'observed', record, ownBays: record.bays }
      : { ...common, kind: 'event', record, assigned: true };
  });
  eventLog.commit(entries, [journal]);
}

describe('the event log', () => {
  test('is the same log after it was closed and opened', () => {
    using temp = openTempFolder();
    const clock = new HandClock(NOVEMBER);
    const first = openEventLog(temp.path, { clock, log: silentLog });
    const fact = LotFact.parse({
      kind: 'lot',
      seq: 3,
      lot: 'lot-1',
      vacant: 4,
      sensedAt: 5,
      source: 'counter',
      validUntil: 9,
    });
    commit(first, journalOf(first, 'a'), change(1, 100), watched(2, 50, 80), fact);
    first.close();
    const again = openEventLog(temp.path, { clock, log: silentLog });
    expect(again.logId).toBe(first.logId);
    expect(again.lastPosition).toBe(3);
    expect(again.recordsAfter(0, 10).map(({ record }) => record)).toEqual([
      change(1, 100),
      watched(2, 50, 80),
      fact,
    ]);
    expect(again.journals.find(JournalId.parse('a'.repeat(32)))?.committed).toBe(3);
    expect(again.bayStates()).toEqual([
      { bay, journalOrder: 1, seq: 1, state: 'occupied', sensedAt: 100 },
    ]);
    expect(again.lotFacts()).toEqual([{ lot: 'lot-1', journalOrder: 1, fact }]);
    again.close();
  });

  test('two logs have two ids', () => {
    using one = openTempFolder();
    using two = openTempFolder();
    const clock = new HandClock();
    const [a, b] = [one, two].map(({ path }) => openEventLog(path, { clock, log: silentLog }));
    expect(a?.logId).not.toBe(b?.logId);
    a?.close();
    b?.close();
  });

  test('turns to a new file with the month of receipt and stays one log for its readers', () => {
    using temp = openTempFolder();
    const clock = new HandClock(NOVEMBER);
    const eventLog = openEventLog(temp.path, { clock, log: silentLog });
    const journal = journalOf(eventLog, 'a');
    commit(eventLog, journal, change(1, 100), watched(2, 50, 80));
    clock.pass(DAY_MS);
    commit(eventLog, journal, change(3, 300), watched(2, 50, 400));
    expect(sqliteFiles(temp.path)).toEqual(['log-2026-11.sqlite', 'log-2026-12.sqlite']);
    expect(eventLog.recordsAfter(0, 10).map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    expect(eventLog.recordsOfBay(bay, 0, 10).map(({ record }) => record)).toEqual([
      change(1, 100),
      watched(2, 50, 400),
      change(3, 300),
    ]);
    expect(eventLog.storedAt(journal, 1)).toEqual({ kind: 'record', record: change(1, 100) });
    eventLog.close();
    const again = openEventLog(temp.path, { clock, log: silentLog });
    expect(again.lastPosition).toBe(4);
    expect(again.journals.find(journal.id)?.committed).toBe(3);
    expect(again.bayStates()[0]?.seq).toBe(3);
    again.close();
  });

  test('never goes back to an older file when the clock steps back', () => {
    using temp = openTempFolder();
    const clock = new HandClock(NOVEMBER);
    const eventLog = openEventLog(temp.path, { clock, log: silentLog });
    const journal = journalOf(eventLog, 'a');
    clock.pass(DAY_MS);
    commit(eventLog, journal, change(1, 100));
    clock.pass(-3 * DAY_MS);
    commit(eventLog, journal, change(2, 200));
    expect(eventLog.recordsAfter(0, 10).map(({ record }) => record.seq)).toEqual([1, 2]);
    eventLog.close();
  });

  test('an extended interval moves to a new position and keeps its key', () => {
    using temp = openTempFolder();
    const eventLog = openEventLog(temp.path, { clock: new HandClock(NOVEMBER), log: silentLog });
    const journal = journalOf(eventLog, 'a');
    commit(eventLog, journal, watched(1, 0, 10), change(2, 5));
    commit(eventLog, journal, watched(1, 0, 60));
    const records = eventLog.recordsAfter(0, 10);
    expect(records.map(({ position, record }) => [position, record.seq])).toEqual([
      [2, 2],
      [3, 1],
    ]);
    expect(records[1]?.record).toEqual(watched(1, 0, 60));
    // Who reads the bay as of position 2 must not take it for unwatched.
    expect(eventLog.recordsOfBay(bay, 0, 2)).toHaveLength(2);
    eventLog.close();
  });

  test('tells its listeners of every commit until they stop', async () => {
    using temp = openTempFolder();
    const eventLog = openEventLog(temp.path, { clock: new HandClock(), log: silentLog });
    const journal = journalOf(eventLog, 'a');
    let told = 0;
    const stop = eventLog.onCommitted(() => (told += 1));
    commit(eventLog, journal, change(1, 100));
    await Promise.resolve();
    expect(told).toBe(1);
    stop();
    commit(eventLog, journal, change(2, 200));
    await Promise.resolve();
    expect(told).toBe(1);
    eventLog.close();
  });

  test('gives of a bay exactly what touches the window, and the last event before it', () => {
    const event = fc.record({
      letter: fc.constantFrom('a', 'b'),
      of: fc.constantFrom('bay-1', 'bay-2'),
      sensedAt: fc.nat(100),
      month: fc.boolean(),
      interval: fc.option(fc.nat(40), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 25 }),
        fc.nat(100),
        fc.nat(25),
        (events, from, upTo) => {
          using temp = openTempFolder();
          const clock = new HandClock(NOVEMBER);
          const eventLog = openEventLog(temp.path, { clock, log: silentLog });
          const seqs = new Map([
            ['a', 0],
            ['b', 0],
          ]);
          journalOf(eventLog, 'a');
          for (const { letter, of, sensedAt, month, interval } of events) {
            if (month) clock.pass(31 * DAY_MS);
            const journal = journalOf(eventLog, letter);
            const seq = (seqs.get(letter) ?? 0) + 1;
            seqs.set(letter, seq);
            commit(
              eventLog,
              journal,
              interval === undefined
                ? change(seq, sensedAt, of)
                : watched(seq, sensedAt, sensedAt + interval),
            );
          }
          const all = eventLog.recordsAfter(0, 1_000).filter(({ position }) => position <= upTo);
          const touching = all.filter(({ record }) =>
            record.kind === 'bay'
              ? record.bay === bay && record.sensedAt >= from
              : record.kind === 'observed' && record.until >= from,
          );
          const [last] = all
            .filter(
              ({ record }) => record.kind === 'bay' && record.bay === bay && record.sensedAt < from,
            )
            .toSorted((a, b) => sensedAtOf(b.record) - sensedAtOf(a.record) || inOrder(b, a));
          const expected = [...touching, ...(last ? [last] : [])].toSorted(inOrder);
          expect(eventLog.recordsOfBay(bay, from, upTo)).toEqual(expected);
          const before = from + 20;
          expect(eventLog.recordsOfBay(bay, from, upTo, before)).toEqual(
            expected.filter(({ record }) =>
              record.kind === 'observed' ? record.from < before : sensedAtOf(record) < before,
            ),
          );
          eventLog.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

type Logged = ReturnType<EventLog['recordsAfter']>[number];
const inOrder = (a: Logged, b: Logged) =>
  a.journalOrder - b.journalOrder || a.record.seq - b.record.seq;
const sensedAtOf = (record: Logged['record']) => (record.kind === 'bay' ? record.sensedAt : 0);
const sqliteFiles = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .toSorted();
