import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { compareKept } from './oracle.ts';
import { BEGIN_AT, VirtualWorld } from './virtual-world.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: BEGIN_AT });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const HOURS_AWAY = 72;
const EVENT_EVERY_MS = 5_000;

const isLive = (world: VirtualWorld) =>
  world.bays.every((bay) => world.api.liveState.bay(bay)?.state === world.stateOf(bay));

async function untilVirtual(condition: () => boolean, withinS: number): Promise<number> {
  for (let tenth = 0; tenth < 10 * withinS; tenth += 1) {
    if (condition()) return tenth / 10;
    await vi.advanceTimersByTimeAsync(100);
  }
  throw new Error(`not within ${withinS} s: ${condition.toString()}`);
}

/** Both of a machine's clocks go on, and none of its timers: a suspend, or a long way on one event. */
const leap = (ms: number) => vi.setSystemTime(Date.now() + ms);

async function started(seed: number): Promise<VirtualWorld> {
  const world = new VirtualWorld(seed);
  for (const bay of world.bays) world.change(bay);
  await untilVirtual(() => world.isSettled && isLive(world), 60);
  return world;
}

test(`after ${HOURS_AWAY} h without a network the map is live first, and every event follows once`, async () => {
  const world = await started(1);
  world.isNetworkUp = false;
  world.network.dropAll();
  const events = (HOURS_AWAY * 3_600_000) / EVENT_EVERY_MS;
  for (let n = 0; n < events; n += 1) {
    leap(EVENT_EVERY_MS);
    const bay = world.bays[n % world.bays.length];
    if (bay !== undefined) world.change(bay);
    if (n % 1_000 === 0) world.journal.flush();
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(isLive(world)).toBe(false);
  expect(world.journal.unsettled).toBeGreaterThan(events - 1);

  world.isNetworkUp = true;
  await untilVirtual(() => world.api.link.connected && world.isConnected, 30);
  const liveAfterS = await untilVirtual(() => isLive(world), 30);
  expect(liveAfterS).toBeLessThanOrEqual(5);
  expect(world.journal.unsettled).toBeGreaterThan(events / 2);
  await untilVirtual(() => world.isSettled, 600);
  const { log, journal } = world.kept();
  expect(compareKept(log, [journal])).toEqual([]);
  await world.close();
});

test('after a machine has slept nothing is live that nobody has vouched for since', async () => {
  const world = await started(2);
  world.isNetworkUp = false;
  world.network.dropAll();
  leap(8 * 3_600_000);
  await vi.advanceTimersByTimeAsync(500);
  expect(world.bays.map((bay) => world.api.liveState.bay(bay)?.state)).toEqual(
    world.bays.map(() => 'unknown'),
  );
  world.isNetworkUp = true;
  await untilVirtual(() => isLive(world) && world.isSettled, 60);
  await world.close();
});

test.each([
  ['the end of a February of 29 days', '2028-02-29T23:59:40Z'],
  ['the second at which 32 bits end', '2038-01-19T03:13:50Z'],
  ['the turn of a year', '2026-12-31T23:59:40Z'],
])('over %s every event keeps its time and its place', async (_name, begin) => {
  vi.setSystemTime(Date.parse(begin));
  const world = await started(3);
  for (let n = 0; n < 40; n += 1) {
    const bay = world.bays[n % world.bays.length];
    if (bay !== undefined) world.change(bay);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await untilVirtual(() => world.isSettled, 60);
  const { log, journal } = world.kept();
  expect(compareKept(log, [journal])).toEqual([]);
  const times = log.events.map(({ sensedAt }) => sensedAt);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.at(-1)).toBeGreaterThan(Date.parse(begin) + 35_000);
  await world.close();
});

test.each([
  ['forward', 3_600_000],
  ['back', -3_600_000],
])(
  'a clock that jumps an hour %s is not believed until it is right, and orders nothing',
  async (_name, by) => {
    const world = await started(4);
    const before = world.journal.running.settledSeq;
    world.skewMs = by;
    await vi.advanceTimersByTimeAsync(2_000);
    for (const bay of world.bays) world.change(bay);
    // Its events wait; what is true now is told all the same.
    await untilVirtual(() => isLive(world), 30);
    expect(world.journal.running.settledSeq).toBe(before);
    world.skewMs = 0;
    await untilVirtual(() => world.isSettled, 60);
    const { log, journal } = world.kept();
    expect(compareKept(log, [journal])).toEqual([]);
    const late = log.events.filter(({ sensedAt }) => Math.abs(sensedAt - Date.now()) > 600_000);
    expect(late).toEqual([]);
    await world.close();
  },
);
