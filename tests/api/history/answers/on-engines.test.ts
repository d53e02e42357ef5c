import { describe, expect, test } from 'vitest';
import { dwellOf } from '#api/history/answers/dwell.ts';
import { heatCellsOf } from '#api/history/answers/heat-map.ts';
import { membersOf } from '#api/history/answers/members.ts';
import { bucketsOf, crowdingIn, heatMapOf, useOf } from '#api/history/answers/statistics.ts';
import type { Asked } from '#api/history/answers/statistics.ts';
import type { LotHour } from '#api/history/history.ts';
import { addSums, hourFrom, sumsIn } from '#api/history/lot-sums.ts';
import { historyOn } from '#api/history/start-history.ts';
import type { RunningHistory } from '#api/history/start-history.ts';
import type { BayRow, KeyedStay } from '#api/history/view.ts';
import { placementsOf } from '#api/site/placements.ts';
import type { LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { bayHistory, FIRST_AT, lotIdOf } from '../../../../bench/history/invented-stays.ts';
import { openTempFolder } from '../../../support/temp-folder.ts';
import { testedEngines, usingView } from '../engines.ts';
import { MemoryLog } from '../memory-log.ts';
import type { Told } from '../memory-log.ts';
import { expectedHistory } from '../oracle.ts';
import { longHistory } from '../random-history.ts';
import { BAY, HOUR, NEIGHBOUR, street, T0, Teller } from '../street.ts';
import { bayRow, logId, NOTHING } from '../view-rows.ts';
import { expectedBuckets } from './expected.ts';

const DAY = 24 * HOUR;
const site = street();
const version = { validFrom: 0, site };

/** DuckDB keeps so many rows of a table together; bulk is more. */
const DUCKDB_ROW_GROUP = 122_880;
/** Rows that InfluxDB tells us, or lines that it is told, at once: no group of the bulk fits. */
const MOST_AT_ONCE = 10_000;
const LOTS_A_GROUP = 5;

describe.each(testedEngines())('answers from $engine', ({ load }) => {
  async function asking(
    commits: readonly (readonly Told[])[],
    work: (history: RunningHistory) => Promise<void>,
  ): Promise<void> {
    using folder = openTempFolder();
    const eventLog = new MemoryLog();
    const placements = placementsOf([version]);
    const engine = await load(folder.path);
    const parts = { eventLog, placements, clock: systemClock, log: silentLog };
    const history = historyOn(engine, parts);
    try {
      await history.caughtUp();
      for (const told of commits) {
        eventLog.commit(told);
        // Duplicates change nothing.
        eventLog.commit(told);
        await history.caughtUp();
      }
      await work(history);
    } finally {
      await history.close();
    }
  }

  function asked(from: number, to: number, timeZone = 'Asia/Seoul'): Asked {
    const lots = site.lots.map(({ properties }) => properties.id);
    const window = { from, to };
    const scope = { members: membersOf([version], () => true, window), lots, hoursKeys: lots };
    return { scope, window, timeZone, now: Number.MAX_SAFE_INTEGER, eventsSince: 0 };
  }

  test(
    'are the oracle’s, of a long history that came out of order',
    { timeout: 90_000 },
    async () => {
      const { told, commits } = longHistory(5);
      const some = Array.from({ length: Math.ceil(commits.length / 20) }, (_, at) =>
        commits.slice(20 * at, 20 * at + 20).flat(),
      );
      await asking(some, async (history) => {
        const question = asked(T0, T0 + 20 * DAY);
        for (const interval of ['hour', 'day', 'week', '15min'] as const) {
          expect(await bucketsOf(history, question, interval)).toEqual(
            expectedBuckets(site, told, question, interval),
          );
        }
        const hours = expectedBuckets(site, told, question, 'hour');
        expect(await heatMapOf(history, question)).toEqual(
          heatCellsOf(
            hours.map((hour) => ({ ...hour, hourAt: hour.from })),
            'Asia/Seoul',
          ),
        );
        const { from, to } = question.window;
        const begun = expectedHistory(site, told).stays.filter(
          ({ arrivedBefore }) => arrivedBefore >= from && arrivedBefore < to,
        );
        const shares = [0.1, 0.5, 0.95];
        const use = await useOf(history, question, { shares, limitsMs: [HOUR] });
        expect(use.dwell).toEqual(dwellOf(begun, shares));
        expect(use.anomalous).toBe(begun.filter(({ anomalous }) => anomalous).length);
        expect(use.arrivals).toBe(begun.filter(({ openLeft }) => !openLeft).length);
      });
    },
  );

  test('have days of 23 and 25 hours, stays across both changes of the clock, and years-old ones', async () => {
    const [spring, autumn] = [Date.UTC(2026, 2, 29), Date.UTC(2019, 9, 27)];
    const teller = new Teller();
    const told = [
      // Autumn of years ago: an hour that comes twice, 02:00 to 03:00.
      teller.bay('occupied', autumn - 2 * HOUR),
      teller.bay('vacant', autumn + 3 * HOUR),
      teller.observed(autumn - 3 * HOUR, autumn + DAY),
      teller.bay('occupied', spring - HOUR),
      teller.bay('vacant', spring + 2 * HOUR),
      teller.observed(spring - 3 * HOUR, spring + DAY),
    ];
    await asking([told.slice(3), told.slice(0, 3)], async (history) => {
      for (const [from, to, hours] of [
        [Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22), 23],
        [Date.UTC(2019, 9, 26, 22), Date.UTC(2019, 9, 27, 23), 25],
      ] as const) {
        const question = asked(from, to, 'Europe/Berlin');
        const days = await bucketsOf(history, question, 'day');
        expect(days).toEqual(expectedBuckets(site, told, question, 'day'));
        expect(days.map((day) => (day.to - day.from) / HOUR)).toEqual([hours]);
        expect(await bucketsOf(history, question, 'hour')).toHaveLength(hours);
      }
      const both = { from: 0, to: Date.UTC(2027, 0) };
      const dwell = await history.dwell(asked(0, 1).scope.lots, both, [0, 1]);
      expect(dwell[0]?.percentilesMs).toEqual([3 * HOUR, 3 * HOUR]);
    });
  });

  test('know when a lot was full, though two cars change places in one millisecond', async () => {
    const teller = new Teller();
    const told = [
      teller.bay('occupied', T0),
      teller.bay('occupied', T0, NEIGHBOUR),
      teller.bay('vacant', T0 + HOUR),
      teller.bay('occupied', T0 + HOUR),
      // A departure was missed.
      teller.bay('occupied', T0 + 2 * HOUR),
      teller.bay('vacant', T0 + 3 * HOUR, NEIGHBOUR),
      teller.observed(T0, T0 + 4 * HOUR, [BAY, NEIGHBOUR]),
    ];
    await asking([told], async (history) => {
      const window = { from: T0, to: T0 + 4 * HOUR };
      const lots = ['lot-1' as LotId];
      const ofLot = membersOf([version], ({ properties }) => lots.includes(properties.lot), window);
      const scope = { members: ofLot, lots, hoursKeys: lots };
      const { full } = await crowdingIn(history, { ...asked(T0, T0 + 4 * HOUR), scope });
      expect(full).toEqual([{ from: T0, until: T0 + 3 * HOUR }]);
    });
  });

  test('are right and whole of 2,500 bays and 28 days, loaded in bulk', { timeout: 300_000 }, () =>
    usingView(load, async (view) => {
      // Bulk is in the rows; eight cars a bay and day would be five times as many.
      const city = { lots: 50, baysPerLot: 50, days: 28, vacantMinutes: 600 };
      const lots = Array.from({ length: city.lots }, (_, lot) => lotIdOf(lot));
      const whole = { from: FIRST_AT, to: FIRST_AT + city.days * DAY };
      const sums = new Map();
      const dwells = [];
      let count = 0;
      for (let from = 0; from < city.lots; from += LOTS_A_GROUP) {
        const group = { stays: [] as KeyedStay[], bays: [] as BayRow[], lotHours: [] as LotHour[] };
        for (const [index, lot] of lots.slice(from, from + LOTS_A_GROUP).entries()) {
          const hours = new Map<number, LotHour>();
          const stays: Stay[] = [];
          for (let place = 0; place < city.baysPerLot; place += 1) {
            const bay = bayHistory(city, from + index, place, hours);
            group.stays.push(...bay.stays);
            stays.push(...bay.stays.map(({ stay }) => stay));
            group.bays.push({ ...bayRow(bay.bay, '{}'), lot });
          }
          count += stays.length;
          group.lotHours.push(...hours.values());
          for (const hour of hours.values()) addSums(sumsIn(sums, hour.hourAt), hour);
          dwells.push({ lot, ...dwellOf(stays, [0.5, 0.95]) });
        }
        expect(group.stays.length).toBeGreaterThan(MOST_AT_ONCE);
        await view.write({ ...NOTHING, ...group });
      }
      expect(count).toBeGreaterThan(DUCKDB_ROW_GROUP);
      // A view is arranged when it is finished: the answers are those of what was written.
      await view.write({ ...NOTHING, mark: { logId, position: 1 } });
      expect(await view.bays()).toHaveLength(2_500);
      expect(await view.summedHours(lots, whole)).toEqual(
        [...sums].toSorted(([a], [b]) => a - b).map(([hourAt, each]) => hourFrom(hourAt, each)),
      );
      expect(await view.dwell(lots, whole, [0.5, 0.95])).toEqual(dwells);
      let told = 0;
      for await (const _ of view.stays(whole)) told += 1;
      expect(told).toBe(count);
    }),
  );
});
