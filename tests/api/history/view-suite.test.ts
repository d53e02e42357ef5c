import { describe, expect, test } from 'vitest';
import { dwellOf } from '#api/history/answers/dwell.ts';
import { loadDuckdbEngine } from '#api/history/duckdb-view.ts';
import type { HistoryView, KeyedStay, ViewGroup } from '#api/history/view.ts';
import type { LotId } from '#contract/ids.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { all, EVER } from './answers.ts';
import { testedEngines, usingView } from './engines.ts';
import { BAY, HOUR, LOT, NEIGHBOUR, T0 } from './street.ts';
import { bayRow, ended, hour, logId, NOTHING, OTHER_LOT, standing } from './view-rows.ts';

const ENGINES = testedEngines();
/** Those that have everything again after they were closed. */
const LASTING = ENGINES.filter(({ engine }) => engine !== 'memory');

describe.each(ENGINES)('a view in $engine', ({ load }) => {
  const using = (work: (view: HistoryView) => Promise<void>) => usingView(load, work);

  test('is empty and without a mark when it is new', () =>
    using(async (view) => {
      expect(await view.mark()).toBeUndefined();
      expect(await view.bays()).toEqual([]);
      expect(await view.lotHours(LOT, EVER)).toEqual([]);
      expect(await all(view.stays(EVER))).toEqual([]);
    }));

  test('keeps the last mark, and none before the first', () =>
    using(async (view) => {
      await view.write({ ...NOTHING, lotHours: [hour(T0, 5)] });
      expect(await view.mark()).toBeUndefined();
      await view.write({ ...NOTHING, mark: { logId, position: 3 } });
      await view.write({ ...NOTHING, mark: { logId, position: 4_000_000_000 } });
      expect(await view.mark()).toEqual({ logId, position: 4_000_000_000 });
    }));

  test('writes whole hours: writing one twice is writing it once', () =>
    using(async (view) => {
      const group = { ...NOTHING, lotHours: [hour(T0, 5, 1), hour(T0, 6, 1, OTHER_LOT)] };
      await view.write(group);
      await view.write(group);
      await view.write({ ...NOTHING, lotHours: [hour(T0, 7, 2)] });
      expect(await view.lotHours(LOT, EVER)).toEqual([hour(T0, 7, 2)]);
      expect(await view.lotHours(OTHER_LOT, EVER)).toEqual([hour(T0, 6, 1, OTHER_LOT)]);
    }));

  test('lets go of stays that ended before an instant, of no other, and of no hour', () =>
    using(async (view) => {
      const at = T0 + 10 * HOUR;
      const stays = [
        ended(5, T0, T0 + HOUR),
        ended(7, T0 + 2 * HOUR, at - 1),
        ended(9, T0 + 3 * HOUR, at),
        ended(11, at + 1, at + HOUR),
        ended(13, T0, at + HOUR, NEIGHBOUR),
      ];
      const bays = [bayRow(BAY, 'x', standing(15, at + 2 * HOUR)), bayRow(NEIGHBOUR, 'x')];
      const lotHours = [hour(T0, 7, 1)];
      await view.write({ ...NOTHING, mark: { logId, position: 1 }, stays, bays, lotHours });
      for (let n = 0; n < 2; n += 1) {
        await view.expire(at);
        const left = (await all(view.stays(EVER))).map((stay) => [stay.bay, stay.arrivedBefore]);
        expect(left).toEqual([
          [BAY, T0 + 3 * HOUR],
          [BAY, at + 1],
          [BAY, at + 2 * HOUR],
          [NEIGHBOUR, T0],
        ]);
        expect(await view.lotHours(LOT, EVER)).toEqual(lotHours);
      }
    }));

  test('answers with the hours that touch a window, in order of time, without empty ones', () =>
    using(async (view) => {
      const hours = [3, 1, 0, 2].map((at) => hour(T0 + at * HOUR, 10 + at));
      await view.write({ ...NOTHING, lotHours: hours });
      await view.write({ ...NOTHING, lotHours: [hour(T0 + HOUR, 0)] });
      const window = { from: T0 + 1, to: T0 + 3 * HOUR };
      const found = await view.lotHours(LOT, window);
      expect(found.map(({ hourAt }) => hourAt)).toEqual([T0, T0 + 2 * HOUR]);
      const next = await view.lotHours(LOT, { from: T0 + 3 * HOUR, to: T0 + 4 * HOUR });
      expect(next.map(({ hourAt }) => hourAt)).toEqual([T0 + 3 * HOUR]);
    }));

  test('answers with ended and open stays by bay and time', () =>
    using(async (view) => {
      const stays = [
        ended(5, T0 + 50, T0 + 60),
        ended(1, T0, T0 + 10),
        ended(2, T0, T0, NEIGHBOUR),
      ];
      const open = standing(9, T0 + 90);
      await view.write({ ...NOTHING, stays, bays: [bayRow(BAY, 'x', open)] });
      expect(await all(view.stays(EVER))).toEqual(
        [stays[1], stays[0], open, stays[2]].map((keyed) => keyed?.stay),
      );
    }));

  test('a stay touches the windows that it overlaps; one without length that of its instant', () =>
    using(async (view) => {
      const [long, none] = [ended(1, T0 + 10, T0 + 20), ended(3, T0 + 20, T0 + 20, NEIGHBOUR)];
      await view.write({
        ...NOTHING,
        stays: [long, none],
        bays: [bayRow(BAY, 'x', standing(9, T0 + 30))],
      });
      const seqsIn = async (from: number, to: number) =>
        (await all(view.stays({ from: T0 + from, to: T0 + to }))).map(
          ({ arrivedBefore }) => arrivedBefore - T0,
        );
      expect(await seqsIn(0, 10)).toEqual([]);
      expect(await seqsIn(0, 11)).toEqual([10]);
      expect(await seqsIn(19, 20)).toEqual([10]);
      expect(await seqsIn(20, 30)).toEqual([20]);
      expect(await seqsIn(21, 30)).toEqual([]);
      expect(await seqsIn(1_000, 2_000)).toEqual([30]);
    }));

  test('answers with the stays of some lots alone, the open ones too', () =>
    using(async (view) => {
      const there = ended(1, T0, T0 + 10, NEIGHBOUR);
      const elsewhere = { ...there, stay: { ...there.stay, lot: OTHER_LOT } };
      await view.write({
        ...NOTHING,
        stays: [ended(2, T0, T0 + 10), elsewhere],
        bays: [bayRow(BAY, 'x', standing(9, T0 + 30))],
      });
      const seen = async (lots: readonly LotId[]) =>
        (await all(view.stays(EVER, lots))).map(({ bay, arrivedBefore }) => [bay, arrivedBefore]);
      expect(await seen([LOT])).toEqual([
        [BAY, T0],
        [BAY, T0 + 30],
      ]);
      expect(await seen([OTHER_LOT])).toEqual([[NEIGHBOUR, T0]]);
      expect(await seen([LOT, OTHER_LOT])).toHaveLength(3);
      expect(await seen([])).toEqual([]);
    }));

  test('a retracted stay is gone, and its key may be told again in the same group', () =>
    using(async (view) => {
      await view.write({ ...NOTHING, stays: [ended(1, T0, T0 + 10), ended(2, T0 + 20, T0 + 30)] });
      const retracted = [1, 2].map((seq) => ({ bay: BAY, order: { journal: 1, seq } }));
      await view.write({ ...NOTHING, retracted, stays: [ended(2, T0 + 21, T0 + 30)] });
      expect(await all(view.stays(EVER))).toEqual([ended(2, T0 + 21, T0 + 30).stay]);
    }));

  test('knows the ended stays of one bay since an event', () =>
    using(async (view) => {
      const later: KeyedStay = { ...ended(1, T0 + 40, T0 + 50), order: { journal: 2, seq: 1 } };
      const stays = [ended(7, T0, T0 + 1), ended(3, T0 + 20, T0 + 30), later];
      await view.write({ ...NOTHING, stays: [...stays, ended(8, T0, T0 + 1, NEIGHBOUR)] });
      expect(await view.staysOfBay(BAY, { journal: 1, seq: 4 })).toEqual([stays[0], later]);
    }));

  test('keeps one row a bay, with its open stay as it stands', () =>
    using(async (view) => {
      await view.write({
        ...NOTHING,
        bays: [bayRow(BAY, 'a', standing(1, T0)), bayRow(NEIGHBOUR, 'b')],
      });
      await view.write({ ...NOTHING, bays: [bayRow(BAY, 'c')] });
      const rows = (await view.bays()).toSorted((a, b) => (a.bay < b.bay ? -1 : 1));
      expect(rows).toEqual([bayRow(BAY, 'c'), bayRow(NEIGHBOUR, 'b')]);
      const bridged = { ...standing(1, T0), stay: { ...standing(1, T0).stay, bridged: true } };
      await view.write({ ...NOTHING, bays: [bayRow(BAY, 'd', bridged)] });
      expect((await all(view.stays(EVER))).map((stay) => stay.bridged)).toEqual([true]);
    }));

  test('a reader in the middle of its stays is not disturbed by a group', () =>
    using(async (view) => {
      const stays = Array.from({ length: 5_000 }, (_, at) => ended(at + 1, T0 + at, T0 + at + 1));
      await view.write({ ...NOTHING, stays });
      const reading = view.stays(EVER)[Symbol.asyncIterator]();
      await reading.next();
      const retracted = stays.map(({ order }) => ({ bay: BAY, order }));
      await view.write({ ...NOTHING, retracted });
      let count = 1;
      while ((await reading.next()).done !== true) count += 1;
      expect(count).toBe(5_000);
      expect(await all(view.stays(EVER))).toEqual([]);
    }));

  test('holds nothing after it was cleared', () =>
    using(async (view) => {
      await view.write({
        mark: { logId, position: 1 },
        lotHours: [hour(T0, 5)],
        retracted: [],
        stays: [ended(1, T0, T0 + 1)],
        bays: [bayRow(BAY, 'a')],
      });
      await view.clear();
      expect(await view.mark()).toBeUndefined();
      expect(await view.bays()).toEqual([]);
      expect(await view.lotHours(LOT, EVER)).toEqual([]);
      expect(await all(view.stays(EVER))).toEqual([]);
    }));
});

test.each(LASTING)(
  'a view in $engine has everything again after it was closed',
  async ({ load }) => {
    using folder = openTempFolder();
    const engine = await load(folder.path);
    const first = await engine.open();
    const group: ViewGroup = {
      mark: { logId, position: 7 },
      lotHours: [hour(T0, 5, 1)],
      retracted: [],
      stays: [ended(1, T0, T0 + 1)],
      bays: [bayRow(BAY, 'fold', standing(2, T0 + 5))],
    };
    await first.write(group);
    await first.close();
    const again = await engine.open();
    expect(await again.mark()).toEqual(group.mark);
    expect(await again.bays()).toEqual(group.bays);
    expect(await again.lotHours(LOT, EVER)).toEqual(group.lotHours);
    expect(await all(again.stays(EVER))).toHaveLength(2);
    await again.close();
  },
);

test('a view in DuckDB tells its readers when it closes under them, and opens again', async () => {
  using folder = openTempFolder();
  const engine = await loadDuckdbEngine(folder.path);
  const view = await engine.open();
  const stays = Array.from({ length: 20_000 }, (_, at) => ended(at + 1, T0 + at, T0 + at + 1));
  await view.write({ ...NOTHING, stays });
  const halfway = view.stays(EVER)[Symbol.asyncIterator]();
  await halfway.next();
  const rest = async () => {
    while ((await halfway.next()).done !== true);
  };
  const asked = [all(view.stays(EVER)), all(view.stays(EVER)), rest()];
  const closed = view.close();
  for (const outcome of await Promise.allSettled(asked)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'view_unavailable' } });
  }
  await closed;
  const again = await engine.open();
  expect(await all(again.stays(EVER))).toHaveLength(20_000);
  await again.close();
});

test('a view in DuckDB that was made bay by bay is put in order when it is finished, and loses nothing', async () => {
  using folder = openTempFolder();
  const view = await (await loadDuckdbEngine(folder.path)).open();
  const day = 24 * HOUR;
  const count = 130_000;
  const stays = Array.from({ length: count }, (_, at) => {
    const bay = at % 2 === 0 ? NEIGHBOUR : BAY;
    // Far apart and back again: neither in time's order nor within one stretch.
    const from = T0 + ((at * 7_919) % 100) * day + at;
    return ended(at + 1, from, from + 1 + (at % 1_009), bay);
  });
  const shares = [0.25, 0.5, 0.95];
  const window = { from: T0 + 40 * day, to: T0 + 70 * day };
  for (const position of [1, 2]) {
    await view.write({ ...NOTHING, stays });
    const before = await all(view.stays(EVER));
    await view.write({ ...NOTHING, mark: { logId, position } });
    expect(before).toHaveLength(count);
    expect(await all(view.stays(EVER))).toEqual(before);
    const within = stays
      .map(({ stay }) => stay)
      .filter(({ arrivedBefore: at }) => at >= window.from && at < window.to);
    const [found] = await view.dwell([LOT], window, shares);
    expect(found).toEqual({ lot: LOT, ...dwellOf(within, shares) });
    await view.clear();
  }
  await view.close();
});
