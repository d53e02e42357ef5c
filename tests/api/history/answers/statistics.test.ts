import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Crowd } from '#api/history/answers/crowding.ts';
import { dwellOf } from '#api/history/answers/dwell.ts';
import type { KnownSpan } from '#api/history/answers/known-time.ts';
import { membersOf } from '#api/history/answers/members.ts';
import { bucketsOf, crowdingIn, heatMapOf, useOf } from '#api/history/answers/statistics.ts';
import type { Asked } from '#api/history/answers/statistics.ts';
import type { RunningHistory } from '#api/history/start-history.ts';
import type { BayId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { MemoryLog } from '../memory-log.ts';
import type { Told } from '../memory-log.ts';
import { historyIn } from '../open-history.ts';
import { BAYS, randomHistory } from '../random-history.ts';
import { expectedBuckets } from './expected.ts';
import { BAY, HOUR, LOT, MINUTE, NEIGHBOUR, street, T0, Teller } from '../street.ts';

const site = street();
const DAY = 24 * HOUR;
const version = { validFrom: 0, site };
const lotOf = (bay: BayId) =>
  site.bays.find(({ properties }) => properties.id === bay)?.properties.lot ?? LOT;

async function asking(
  told: readonly Told[],
  work: (history: RunningHistory) => Promise<void>,
): Promise<void> {
  const eventLog = new MemoryLog();
  const history = await historyIn('', eventLog, site, 'memory');
  try {
    await history.caughtUp();
    eventLog.commit(told);
    await history.caughtUp();
    await work(history);
  } finally {
    await history.close();
  }
}

function asked(bays: readonly BayId[], from: number, to: number, isWhole = false): Asked {
  const window = { from, to };
  const members = membersOf([version], ({ properties }) => bays.includes(properties.id), window);
  const lots = [...new Set(bays.map(lotOf))];
  const scope = { members, lots, hoursKeys: isWhole ? lots : undefined };
  return { scope, window, timeZone: 'Asia/Seoul', now: T0 + 9 * DAY, eventsSince: 0 };
}

describe('statistics', () => {
  test('say of any bays, window and interval what the events say', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomHistory({ most: 60, backwards: 1 }),
        fc.subarray(BAYS, { minLength: 1 }),
        fc.integer({ min: -2 * DAY, max: 3 * DAY }),
        fc.integer({ min: 1, max: 3 * DAY }),
        fc.constantFrom('hour', '15min', 'day'),
        async ({ told }, bays, after, lengthMs, interval) => {
          const from = T0 + after;
          const question = asked(bays, from, from + lengthMs);
          await asking(told, async (history) => {
            expect(await bucketsOf(history, question, interval)).toEqual(
              expectedBuckets(site, told, question, interval),
            );
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  test('say the same of whole lots from their hours as from the events', async () => {
    const whole = site.bays.map(({ properties }) => properties.id);
    await fc.assert(
      fc.asyncProperty(
        randomHistory({ most: 60, backwards: 1 }),
        fc.integer({ min: -48, max: 72 }),
        fc.integer({ min: 1, max: 72 }),
        async ({ told }, after, hours) => {
          const [from, to] = [T0 + after * HOUR, T0 + (after + hours) * HOUR];
          await asking(told, async (history) => {
            const fromHours = await bucketsOf(history, asked(whole, from, to, true), 'day');
            expect(fromHours).toEqual(await bucketsOf(history, asked(whole, from, to), 'day'));
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('put every hour of the week in its place on the wall clock', async () => {
    const teller = new Teller();
    // Monday 09:00 to 11:00 in Seoul, the first of the two occupied.
    const told = [
      teller.bay('occupied', T0),
      teller.bay('vacant', T0 + HOUR),
      teller.observed(T0, T0 + 2 * HOUR),
    ];
    await asking(told, async (history) => {
      const cells = await heatMapOf(history, asked([BAY, NEIGHBOUR], T0 - DAY, T0 + DAY, true));
      expect(cells).toHaveLength(7 * 24);
      const others = { arrivals: 0, departures: 0, possibleBayMs: 2 * HOUR };
      expect(
        cells.filter(({ occupiedBayMs, vacantBayMs }) => occupiedBayMs + vacantBayMs > 0),
      ).toEqual([
        { weekday: 0, hour: 9, occupiedBayMs: HOUR, vacantBayMs: 0, ...others },
        { weekday: 0, hour: 10, occupiedBayMs: 0, vacantBayMs: HOUR, ...others, departures: 1 },
      ]);
    });
  });

  test('count turnover by observed day, and dwell of stays whose ends are known', async () => {
    const teller = new Teller();
    const told = [
      teller.bay('vacant', T0),
      teller.bay('occupied', T0 + HOUR),
      teller.bay('vacant', T0 + 2 * HOUR),
      teller.bay('occupied', T0 + 3 * HOUR),
      teller.observed(T0, T0 + 12 * HOUR),
    ];
    await asking(told, async (history) => {
      const use = await useOf(history, asked([BAY], T0, T0 + DAY), {
        shares: [0.5, 0.95],
        limitsMs: [HOUR, HOUR + 1],
      });
      expect(use.histogram).toEqual([0, 1, 0]);
      expect(use).toMatchObject({
        arrivals: 2,
        departures: 1,
        observedBayMs: 12 * HOUR,
        possibleBayMs: DAY,
        turnover: 4,
      });
      expect(use.dwell).toEqual({
        count: 1,
        sumMs: HOUR,
        percentilesMs: [HOUR, HOUR],
        censored: { open: 1, openLeft: 0, uncertain: 0 },
      });
    });
  });

  test('know when all bays were taken', async () => {
    const teller = new Teller();
    const told = [
      teller.bay('occupied', T0, BAY),
      teller.bay('vacant', T0, NEIGHBOUR),
      teller.bay('occupied', T0 + 10 * MINUTE, NEIGHBOUR),
      teller.bay('vacant', T0 + 30 * MINUTE, BAY),
      teller.observed(T0, T0 + HOUR, [BAY, NEIGHBOUR]),
    ];
    await asking(told, async (history) => {
      const span = { from: T0 + 10 * MINUTE, until: T0 + 30 * MINUTE };
      expect(await crowdingIn(history, asked([BAY, NEIGHBOUR], T0, T0 + HOUR))).toEqual({
        peak: { occupied: 2, ...span },
        full: [span],
      });
    });
  });
});

describe('a set of bays', () => {
  const taken = (from: number, until: number) => [{ from, until, state: 'occupied' as const }];
  function crowdingOf(known: readonly (readonly KnownSpan[])[]) {
    const crowd = new Crowd();
    for (const spans of known) crowd.add(spans, [{ from: 0, until: 9 }]);
    return crowd.crowding();
  }

  test('is not full where too little is known of it', () => {
    expect(crowdingOf([taken(0, 9), [], []])).toEqual({
      peak: { occupied: 1, from: 0, until: 9 },
      full: [],
    });
    expect(crowdingOf([taken(0, 9), taken(0, 9), []]).full).toEqual([{ from: 0, until: 9 }]);
    expect(crowdingOf([[], []])).toEqual({ peak: undefined, full: [] });
  });

  test('stays full while one car leaves and another takes its place in the same instant', () => {
    const handed = [...taken(0, 5), ...taken(5, 9)];
    expect(crowdingOf([handed, taken(0, 9)]).full).toEqual([{ from: 0, until: 9 }]);
  });
});

describe('dwell', () => {
  const stay = (part: Partial<Stay>): Stay => ({
    bay: BAY,
    lot: LOT,
    arrivedAfter: 0,
    arrivedBefore: 0,
    departedAfter: 10,
    departedBefore: 10,
    bridged: false,
    anomalous: false,
    openLeft: false,
    ...part,
  });

  test('leaves out and counts what has no certain length', () => {
    const stays = [
      stay({}),
      stay({ bridged: true, departedAfter: 30, departedBefore: 30 }),
      stay({ departedAfter: null, departedBefore: null }),
      stay({ openLeft: true }),
      stay({ anomalous: true }),
      stay({ arrivedAfter: 0, arrivedBefore: 5 }),
      stay({ departedAfter: 8 }),
    ];
    expect(dwellOf(stays, [0.5, 1])).toEqual({
      count: 2,
      sumMs: 40,
      percentilesMs: [10, 30],
      censored: { open: 1, openLeft: 1, uncertain: 3 },
    });
    expect(dwellOf([], [0.5])).toMatchObject({ count: 0, percentilesMs: [undefined] });
  });
});
