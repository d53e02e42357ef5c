import { expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { LineProperties } from '#contract/site.ts';
import { LineWatch } from '#gateway/line-watch.ts';
import { plus } from '#gateway/sense/vector.ts';
import type { Vector } from '#gateway/sense/vector.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { EMPTY, noisy } from '../field-film.ts';

const bay = BayId.parse('a');
const PERIOD_MS = 10_000;
const HOUR_MS = 3_600_000;
const STEP: Vector = { x: 12, y: -8, z: 10 };
/** No two are alike: of one car that comes and goes again and again a field alone cannot tell which is which. */
const CARS = Array.from({ length: 8 }, (_, at) => ({
  x: 12 * Math.cos(at),
  y: 12 * Math.sin(at),
  z: 6 * Math.cos(2 * at),
}));

/** A bay with a magnetometer alone, seen through all that a gateway does with its samples. */
function openBay() {
  const clock = new HandClock();
  const said: { readonly state: string; readonly cause: string }[] = [];
  const flags: string[] = [];
  const watch = new LineWatch({
    line: LineProperties.parse({
      id: 'line-1',
      port: { kind: 'simulated' },
      baud: 115_200,
      parity: 'even',
      pollPeriodMs: PERIOD_MS,
      sensors: [{ id: 'a-node', bay, kind: 'pbn1', address: 1, mountMm: 2_600 }],
    }),
    confirmMs: 3_000,
    journal: {
      appendBay: (fact) => said.push(fact),
      appendObserved: () => 1,
      extend: () => undefined,
    },
    wallTime: { wallOf: (ms: number) => ms },
    clock,
    log: silentLog,
    onAppended: () => undefined,
    onHealthChanged: () => undefined,
    lastStates: new Map(),
    beside: new Map(),
  });

  /** The field goes to `to` within `overMs`, and rests there until `forMs` have passed. */
  let now = EMPTY;
  function rest(to: Vector, forMs: number, overMs = 0): void {
    const from = now;
    const beganAt = clock.monoMs();
    while (clock.monoMs() - beganAt < forMs) {
      clock.pass(PERIOD_MS);
      const share = overMs === 0 ? 1 : Math.min(1, (clock.monoMs() - beganAt) / overMs);
      now = {
        x: from.x + share * (to.x - from.x),
        y: from.y + share * (to.y - from.y),
        z: from.z + share * (to.z - from.z),
      };
      const { x, y, z } = noisy(now, clock.monoMs() / 1_000);
      watch.hear(bay, {
        field: { xUt: x, yUt: y, zUt: z, quality: 'ok' },
        receivedAtMono: clock.monoMs(),
      });
      watch.look();
      const [sensor] = watch.health().sensors;
      const reasons = sensor?.reasons.join() ?? '';
      if (reasons !== flags.at(-1)) flags.push(reasons);
    }
  }
  const visit = (by: Vector, empty = EMPTY) => {
    rest(plus(empty, by), HOUR_MS / 2);
    rest(empty, HOUR_MS / 2);
  };
  return { rest, visit, said, flags, state: () => watch.bays()[0]?.state };
}

test('a car that goes as slowly as drift is gone when the field is where it was before it came', () => {
  const { rest, visit, flags, state } = openBay();
  for (const car of CARS) visit(car);
  rest(plus(EMPTY, STEP), HOUR_MS / 2);
  expect(state()).toBe('occupied');
  rest(EMPTY, HOUR_MS, HOUR_MS / 2);
  expect(state()).toBe('vacant');
  for (const car of CARS.slice(0, 2)) visit(car);
  expect(state()).toBe('vacant');
  expect(flags).toEqual(['']);
});

test('a bay that a field alone holds occupied is unknown within the hour, and no fault of its sensor’s', () => {
  const { rest, visit, said, flags, state } = openBay();
  for (const car of CARS) visit(car);
  expect(state()).toBe('vacant');
  const seen = said.length;

  // It comes like a car and goes like drift, to another level than before: nothing tells that it went.
  const moved = { x: 24, y: 6, z: 47 };
  rest(plus(EMPTY, STEP), HOUR_MS / 2);
  rest(moved, 18 * HOUR_MS, 12 * HOUR_MS);
  expect(state()).toBe('unknown');

  rest(moved, 120 * HOUR_MS);
  expect(flags).toEqual(['']);
  expect(said.slice(seen).map((each) => `${each.state} ${each.cause}`)).toEqual([
    'occupied sensor',
    'unknown health',
  ]);
  // The next cars are seen as ever.
  for (const car of CARS.slice(0, 3)) visit(car, moved);
  expect(state()).toBe('vacant');
});

test('a car that stays for a day where the field still shows it is no latch-up', () => {
  const { rest, visit, flags, state } = openBay();
  for (const car of CARS) visit(car);
  rest(plus(EMPTY, STEP), HOUR_MS / 2);
  expect(state()).toBe('occupied');
  rest(plus(EMPTY, STEP), 24 * HOUR_MS);
  expect(state()).toBe('unknown');
  expect(flags).not.toContain('latch_up');
  rest(EMPTY, HOUR_MS);
  expect(state()).toBe('vacant');
});
