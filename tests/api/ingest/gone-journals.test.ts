import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openRig, JOURNAL } from './rig.ts';
import type { Rig } from './rig.ts';

const NEXT = 'b'.repeat(32);
const at = (seconds: number) => 1_790_000_000_000 + 1_000 * seconds;
const change = (seq: number, state: string, seconds: number, bay = 'lot-1-1') => ({
  kind: 'bay',
  seq,
  bay,
  state,
  sensedAt: at(seconds),
  cause: 'sensor',
  confidence: 0.9,
});
const watched = (seq: number, from: number, until: number) => ({
  kind: 'observed',
  seq,
  line: 'line-1',
  bays: ['lot-1-1', 'lot-1-2'],
  from: at(from),
  until: at(until),
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate'] });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

const eventsOf = (rig: Rig, bay: string) =>
  rig.eventLog
    .recordsAfter(0, 100)
    .flatMap(({ journal, record }) =>
      record.kind === 'bay' && record.bay === bay ? [{ journal, record }] : [],
    )
    .map(({ journal, record }) => [journal[0], record.state, (record.sensedAt - at(0)) / 1_000]);

test('a gateway that comes back with another disk watched nothing since its bays were last observed', async () => {
  await using rig = openRig();
  rig.send([change(1, 'occupied', 10), change(2, 'unknown', 20, 'lot-1-2'), watched(3, 10, 500)]);
  await rig.pass(20);
  rig.send([change(1, 'occupied', 900)], { journal: NEXT });
  await rig.pass(20);
  expect(eventsOf(rig, 'lot-1-1')).toEqual([
    ['a', 'occupied', 10],
    ['a', 'unknown', 500],
    ['b', 'occupied', 900],
  ]);
  expect(eventsOf(rig, 'lot-1-2')).toEqual([['a', 'unknown', 20]]);
  expect(rig.alarms.filter((alarm) => alarm === 'ingest.gateway.replaced')).toHaveLength(1);

  // The old disk turns up once more: what it still had is taken, and stands where it belongs.
  rig.send([change(4, 'vacant', 520)], { held: [JOURNAL, NEXT] });
  await rig.pass(20);
  expect(rig.lastMark()?.seq).toBe(4);
  expect(eventsOf(rig, 'lot-1-1')).toContainEqual(['a', 'vacant', 520]);
});

test('it is said once, also when the disk of the log was full meanwhile', async () => {
  await using rig = openRig();
  rig.send([change(1, 'occupied', 10), watched(2, 10, 500)]);
  await rig.pass(20);
  rig.disk.full = true;
  rig.send([change(1, 'occupied', 900)], { journal: NEXT });
  await rig.pass(20);
  rig.disk.full = false;
  await rig.pass(15_000);
  for (let n = 0; n < 3; n += 1) {
    rig.send([change(1, 'occupied', 900)], { journal: NEXT });
    await rig.pass(20);
  }
  expect(eventsOf(rig, 'lot-1-1').filter(([, state]) => state === 'unknown')).toEqual([
    ['a', 'unknown', 500],
  ]);
});

test('a gateway that still holds its earlier journals speaks for itself', async () => {
  await using rig = openRig();
  rig.send([change(1, 'occupied', 10), watched(2, 10, 500)]);
  await rig.pass(20);
  rig.send([change(1, 'unknown', 500)], { journal: NEXT, held: [JOURNAL, NEXT] });
  await rig.pass(20);
  expect(eventsOf(rig, 'lot-1-1')).toEqual([
    ['a', 'occupied', 10],
    ['b', 'unknown', 500],
  ]);
});
