import { describe, expect, test } from 'vitest';
import { dwellOf } from '#api/history/answers/dwell.ts';
import type { LotHour } from '#api/history/history.ts';
import { hourFrom } from '#api/history/lot-sums.ts';
import type { HistoryView, KeyedStay } from '#api/history/view.ts';
import { EVER } from './answers.ts';
import { LotId } from '#contract/ids.ts';
import { testedEngines, usingView } from './engines.ts';
import { BAY, HOUR, LOT, NEIGHBOUR, T0 } from './street.ts';
import { bayRow, ended, hour, NOTHING, OTHER_LOT, standing } from './view-rows.ts';

describe.each(testedEngines())('a view in $engine', ({ load }) => {
  const using = (work: (view: HistoryView) => Promise<void>) => usingView(load, work);

  test('sums the hours of some lots', () =>
    using(async (view) => {
      const there = hour(T0, 6, 1, OTHER_LOT);
      await view.write({
        ...NOTHING,
        lotHours: [hour(T0, 5, 1), there, hour(T0 + HOUR, 0), hour(T0 + 2 * HOUR, 7)],
      });
      const together = (hours: LotHour[]) => hours.map((each) => hourFrom(each.hourAt, each));
      expect(await view.summedHours([LOT, OTHER_LOT], EVER)).toEqual(
        together([hour(T0, 11, 2), hour(T0 + 2 * HOUR, 7)]),
      );
      const window = { from: T0 + 1, to: T0 + 2 };
      expect(await view.summedHours([OTHER_LOT], window)).toEqual(together([there]));
      expect(await view.summedHours([], EVER)).toEqual([]);
    }));

  test('knows how long vehicles stayed, lot by lot, and of how many it does not', () =>
    using(async (view) => {
      const stays = [10, 20, 30, 40].map((ms, at) =>
        ended(at + 1, T0 + 100 * at, T0 + 100 * at + ms),
      );
      const like = (seq: number, part: Partial<KeyedStay['stay']>): KeyedStay => {
        const keyed = ended(seq, T0 + 50, T0 + 60, NEIGHBOUR);
        return { ...keyed, stay: { ...keyed.stay, ...part } };
      };
      const doubtful = [
        like(11, { anomalous: true }),
        like(12, { arrivedAfter: T0 + 40 }),
        like(13, { departedAfter: T0 + 55 }),
        like(14, { openLeft: true }),
        like(15, { bridged: true, departedAfter: T0 + 150, departedBefore: T0 + 150 }),
        like(16, { lot: OTHER_LOT }),
        like(17, { arrivedAfter: T0 - 1, arrivedBefore: T0 - 1 }),
      ];
      const open = standing(99, T0 + 400);
      await view.write({
        ...NOTHING,
        stays: [...stays, ...doubtful],
        bays: [bayRow(BAY, 'x', open)],
      });
      const window = { from: T0, to: T0 + 1_000 };
      expect(await view.dwell([OTHER_LOT, LOT], window, [0, 0.5, 0.6, 1])).toEqual([
        {
          lot: LOT,
          count: 5,
          sumMs: 200,
          percentilesMs: [10, 30, 30, 100],
          censored: { open: 1, openLeft: 1, uncertain: 3 },
        },
        {
          lot: OTHER_LOT,
          count: 1,
          sumMs: 10,
          percentilesMs: [10, 10, 10, 10],
          censored: { open: 0, openLeft: 0, uncertain: 0 },
        },
      ]);
      expect(await view.dwell([LOT], { from: T0 + 1_000, to: T0 + 2_000 }, [0.5])).toEqual([]);
      expect(await view.dwell([], window, [0.5])).toEqual([]);
    }));

  test('ranks and sums stays of many weeks to the millisecond', () =>
    using(async (view) => {
      const weeks = [1, 3, 4, 5, 60].map((count) => count * 7 * 24 * HOUR + count);
      const stays = weeks.map((ms, at) => ended(at + 1, T0 + at, T0 + at + ms));
      await view.write({ ...NOTHING, stays });
      const shares = [0.1, 0.5, 0.7, 1];
      const [found] = await view.dwell([LOT], { from: T0, to: T0 + HOUR }, shares);
      const plain = dwellOf(
        stays.map(({ stay }) => stay),
        shares,
      );
      expect(found).toEqual({ lot: LOT, ...plain });
    }));

  test('knows of as many lots as there are, and of those alone that were asked for', () =>
    using(async (view) => {
      const lots = Array.from({ length: 40 }, (_, at) => LotId.parse(`lot-${100 + at}`));
      const stays = lots.map((lot, at) => {
        const keyed = ended(at + 1, T0 + at, T0 + 3 * at + 1);
        return { ...keyed, stay: { ...keyed.stay, lot } };
      });
      await view.write({ ...NOTHING, stays });
      const plain = stays.map(({ stay }) => ({ lot: stay.lot, ...dwellOf([stay], [0.5]) }));
      for (const count of [1, 16, 17, 39]) {
        const found = await view.dwell(lots.slice(0, count), EVER, [0.5]);
        expect(found).toEqual(plain.slice(0, count));
      }
    }));

  test('ranks lengths as the plain way does, however many there are', () =>
    using(async (view) => {
      const lengths = Array.from({ length: 997 }, (_, at) => (at * 7_919) % 1_009);
      const stays = lengths.map((ms, at) => ended(at + 1, T0 + at, T0 + at + ms));
      await view.write({ ...NOTHING, stays });
      for (const count of [1, 2, 3, 10, 333, 997]) {
        const shares = [0.01, 0.25, 0.5, 0.9, 0.95, 0.99];
        const some = stays.slice(0, count).map(({ stay }) => stay);
        const [found] = await view.dwell([LOT], { from: T0, to: T0 + count }, shares);
        expect(found).toEqual({ lot: LOT, ...dwellOf(some, shares) });
      }
    }));
});
