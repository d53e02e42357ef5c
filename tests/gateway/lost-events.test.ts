import { afterEach, beforeEach, expect, test } from 'vitest';
import { BayId, LineId, SensorId } from '#contract/ids.ts';
import { LineProperties } from '#contract/site.ts';
import { readRecords } from '#gateway/journal/backlog.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { Retention } from '#gateway/journal/retention.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { LineWatch } from '#gateway/line-watch.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../support/hand-clock.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { line, openPublisherRig } from './publisher-rig.ts';
import type { PublisherRig } from './publisher-rig.ts';

const [bay, other] = [BayId.parse('a'), BayId.parse('b')];
const MOUNT_MM = 2_600;
const CAR_MM = 1_100;

test('events that found no room end the observed time, and what holds now is told anew', () => {
  using folder = openTempFolder();
  const clock = new HandClock();
  const wallTime = new WallTime(clock, 0);
  const journal = new Journal(folder.path, wallTime, silentLog);
  const watch = new LineWatch({
    line: LineProperties.parse({
      id: LineId.parse('line-1'),
      port: { kind: 'simulated' },
      baud: 115_200,
      parity: 'even',
      sensors: [{ id: SensorId.parse('a-node'), bay, kind: 'pbn1', address: 1, mountMm: MOUNT_MM }],
    }),
    confirmMs: 3_000,
    journal,
    wallTime,
    clock,
    log: silentLog,
    onAppended: () => undefined,
    onHealthChanged: () => undefined,
    lastStates: new Map(),
    beside: new Map(),
  });
  const senseFor = (seconds: number, mm: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.pass(1_000);
      const value = mm + (second % 3);
      watch.hear(bay, {
        distance: { value, unit: 'mm', quality: 'ok' },
        receivedAtMono: clock.monoMs(),
      });
      watch.look();
    }
  };
  senseFor(20, MOUNT_MM);
  journal.flush({ marks: true, dated: true });
  journal.settle(journal.running, journal.running.lastSeq);
  const [open] = journal.observedRows;
  if (!open) throw new Error('nothing is observed');
  const settledUntil = clock.wallMs() - 8_000;
  journal.settleObserved(open, settledUntil);

  // A car comes while the api is away; then so much happens that its event finds no room.
  senseFor(10, CAR_MM);
  const arrived = journal.running.lastSeq;
  for (let n = 0; n < 20_000; n += 1) {
    const state = n % 2 === 0 ? 'occupied' : 'vacant';
    const sensedMono = clock.monoMs();
    journal.appendBay({ bay: other, state, cause: 'sensor', confidence: 0.9, sensedMono });
  }
  journal.flush({ marks: true });
  const before = journal.running.lastSeq;
  const options = { keepSettledMs: 0, maxBytes: 1_200_000 };
  new Retention(journal, options, silentLog).prune(clock.wallMs());
  expect(journal.running.firstHeld).toBeGreaterThan(arrived);
  expect(open.open).toBe(false);
  // The car came ten seconds ago; from then on nobody vouches for the bay.
  expect(open.untilMono).toBeLessThanOrEqual(clock.monoMs() - 9_000);
  expect(open.untilMono).toBeGreaterThanOrEqual(settledUntil);

  expect(journal.takeCut()).toBe(true);
  expect(journal.takeCut()).toBe(false);
  const lostUntil = clock.wallMs();
  watch.tellAnew();
  senseFor(5, CAR_MM);
  journal.flush({ marks: true, dated: true });
  const told = readRecords(journal, journal.running, before, 100);
  expect(told.map((record) => (record.kind === 'bay' ? record.state : record.kind))).toEqual([
    'unknown',
    'occupied',
    'observed',
  ]);
  const [, , observed] = told;
  const from = observed?.kind === 'observed' ? observed.from : 0;
  expect(from).toBeGreaterThan(open.untilMono);
  expect(from).toBeGreaterThan(lostUntil - 5_000);
  journal.close();
});

let rig: PublisherRig;
beforeEach(async () => {
  rig = await openPublisherRig();
});
afterEach(async () => rig[Symbol.asyncDispose]());

test('while its disk is full a gateway goes on telling what is true, and sends the events when there is room', async () => {
  const opened = rig.openJournal();
  const { journal } = opened;
  const { publisher } = rig.publish(opened);
  await until(() => rig.countOf('status') > 0);
  const pages = () => journal.database.prepare('PRAGMA page_count').get() as { page_count: number };
  journal.database.exec(`PRAGMA max_page_count = ${pages().page_count}`);
  for (let n = 0; n < 40 && !journal.isDiskFull; n += 1) {
    opened.append(100);
    publisher.appended(line);
    journal.flush();
  }
  expect(journal.isDiskFull).toBe(true);
  const seqsBefore = rig.seqs(journal).length;
  const snapshots = rig.countOf('snapshot');
  publisher.appended(line);
  await until(() => rig.countOf('snapshot') > snapshots + 1);
  expect(rig.seqs(journal).length).toBeLessThan(journal.running.lastSeq);
  expect(rig.seqs(journal).length).toBeGreaterThanOrEqual(seqsBefore);

  journal.database.exec('PRAGMA max_page_count = 1000000');
  await until(() => journal.unsettled === 0, { withinMs: 20_000 });
  expect(journal.isDiskFull).toBe(false);
  const all = Array.from({ length: journal.running.lastSeq }, (_, at) => at + 1);
  expect(rig.seqs(journal)).toEqual(all);
  expect(rig.api.problems).toEqual([]);
});
