import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BayState } from '#contract/bay.ts';
import type { LotId } from '#contract/ids.ts';
import { openLotFlows } from '#api/state/lot-flows.ts';
import { InMemoryLiveState } from '../http/in-memory.ts';
import { aStreet } from '../http/street.ts';
import { HandClock } from '../../support/hand-clock.ts';

const MINUTE = 60_000;
const site = aStreet();
const LOT = 'full' as LotId;
const open = site.bays.filter(
  ({ properties }) => properties.lot === LOT && properties.class === 'general',
);
const ids = open.map(({ properties }) => properties.id);
const rig = () => {
  const clock = new HandClock();
  const state = new InMemoryLiveState(site);
  const set = (...states: BayState[]) =>
    state.set(
      states.map((each, at) => [ids[at] ?? '', each] as const),
      clock.wallMs(),
    );
  return { clock, set, state, flows: openLotFlows(site, state, clock) };
};

test('the street has bays to count in', () => expect(ids.length).toBeGreaterThan(0));

test('arrivals and departures that were seen are counted for half an hour', () => {
  const { clock, set, flows } = rig();
  expect(flows.flowOf(LOT)).toBeUndefined();
  set(...ids.map((): BayState => 'vacant'));
  clock.pass(10 * MINUTE);
  set('occupied');
  clock.pass(5 * MINUTE);
  set('vacant');
  expect(flows.flowOf(LOT)).toEqual({ arrivals: 1, departures: 1, observedMinutes: 15 });
  clock.pass(24 * MINUTE);
  expect(flows.flowOf(LOT)).toMatchObject({ arrivals: 1, departures: 1 });
  clock.pass(3 * MINUTE);
  expect(flows.flowOf(LOT)).toMatchObject({ arrivals: 0, departures: 1 });
  clock.pass(60 * MINUTE);
  const { arrivals, departures, observedMinutes = 0 } = flows.flowOf(LOT) ?? {};
  expect([arrivals, departures]).toEqual([0, 0]);
  expect(observedMinutes).toBeGreaterThanOrEqual(30);
  expect(observedMinutes).toBeLessThanOrEqual(31);
});

test('what a bay did while it was unknown is not guessed, and that time does not count', () => {
  const { clock, set, flows } = rig();
  const all = (state: BayState) => set(...ids.map(() => state));
  all('vacant');
  clock.pass(5 * MINUTE);
  all('unknown');
  clock.pass(5 * MINUTE);
  all('occupied');
  clock.pass(1 * MINUTE);
  expect(flows.flowOf(LOT)).toEqual({ arrivals: 0, departures: 0, observedMinutes: 6 });
});

test('however states change, both sides differ by at most the bays, and time is never more than it was', () => {
  const state = fc.constantFrom<BayState>('vacant', 'occupied', 'unknown');
  fc.assert(
    fc.property(fc.array(fc.tuple(state, fc.nat(5 * MINUTE)), { maxLength: 30 }), (steps) => {
      const { clock, set, flows } = rig();
      let passed = 0;
      for (const [each, ms] of steps) {
        set(each);
        clock.pass(ms);
        passed += ms;
      }
      const flow = flows.flowOf(LOT) ?? { arrivals: 0, departures: 0, observedMinutes: 0 };
      expect(flow.observedMinutes).toBeLessThanOrEqual(passed / MINUTE + 0.1);
      expect(flow.arrivals + flow.departures).toBeLessThanOrEqual(steps.length);
    }),
  );
});
