import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANY_CAR, DRIVER_TRAITS } from '#contract/driver.ts';
import type { Tariff } from '#contract/tariff.ts';
import { TariffSchema } from '#contract/site-plan.ts';
import { dayAfter, dayOf, dayStartOf } from '#web/console/local-day.ts';
import { PREVIEWED_MINUTES, pricesOf } from '#web/console/work/prices.ts';
import { discountedIn, newlyDiscounted } from '#web/console/work/reduction-draft.ts';
import { draftOf, tariffFrom } from '#web/console/work/tariff-draft.ts';
import { untilOf } from '#web/console/work/until.ts';

describe('a day at a place', () => {
  test.each([
    ['2026-11-28', 'Asia/Seoul', '2026-11-27T15:00:00.000Z', 24],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    // The clock leaps from 24:00 to 01:00: the day begins with its first minute.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z', 23],
    ['2026-06-01', 'Pacific/Kiritimati', '2026-05-31T10:00:00.000Z', 24],
  ])('%s in %s begins at %s and has %i hours', (day, timeZone, start, hours) => {
    const at = dayStartOf(day, timeZone);
    expect(new Date(at).toISOString()).toBe(start);
    expect((dayStartOf(dayAfter(day), timeZone) - at) / 3_600_000).toBe(hours);
    expect([dayOf(at - 1, timeZone) < day, dayOf(at, timeZone)]).toEqual([true, day]);
  });

  test('midnight is the site’s, and an end that nobody set is none', () => {
    const now = Date.parse('2026-11-28T08:50:00+09:00');
    const end = (choice: Parameters<typeof untilOf>[0]) => untilOf(choice, now, 'Asia/Seoul');
    expect(end('midnight')).toBe(Date.parse('2026-11-29T00:00:00+09:00'));
    expect(end('hours4')).toBe(Date.parse('2026-11-28T12:50:00+09:00'));
    expect(end('ended')).toBeNull();
  });
});

describe('a tariff in the form', () => {
  const money = fc.integer({ min: 0, max: 5_000_000 });
  const minutes = fc.integer({ min: 1, max: 1_440 });
  const percent = fc.integer({ min: 1, max: 100 });
  const charged = fc.record(
    {
      kind: fc.constant('charged' as const),
      baseMinutes: minutes,
      baseMinor: money,
      addMinutes: minutes,
      addMinor: money,
      dayCapMinor: money,
      freeMinutes: minutes,
      discounts: fc.array(fc.record({ for: fc.constantFrom(...DRIVER_TRAITS), percent }), {
        minLength: 1,
        maxLength: 4,
      }),
      coupons: fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('minutes' as const), minutes }),
          fc.record({ kind: fc.constant('percent' as const), percent }),
        ),
        { minLength: 1, maxLength: 4 },
      ),
    },
    { requiredKeys: ['kind', 'baseMinutes', 'baseMinor', 'addMinutes', 'addMinor'] },
  );

  test('comes back as it was, in won and in euro, and is one that the server takes', () => {
    fc.assert(
      fc.property(charged, fc.constantFrom('KRW', 'EUR', 'JPY'), (tariff, currency) => {
        const back = tariffFrom(draftOf(tariff, currency), tariff, currency);
        expect(back).toEqual(tariff);
        expect(TariffSchema.parse(back)).toEqual(tariff);
      }),
    );
  });

  test.each([
    [{ base: '' }],
    [{ base: '-1' }],
    [{ add: 'viel' }],
    [{ addMinutes: '0' }],
    [{ base: '1.5' }],
    [{ cap: 'x' }],
    [{ coupons: [{ kind: 'minutes' as const, amount: 'one' }] }],
    [{ coupons: [{ kind: 'minutes' as const, amount: '0' }] }],
    [{ coupons: [{ kind: 'percent' as const, amount: '101' }] }],
    [{ discounts: [{ for: 'ev' as const, percent: '' }] }],
    [{ discounts: [{ for: 'ev' as const, percent: '0' }] }],
    [{ discounts: [{ for: 'ev' as const, percent: '12.5' }] }],
  ])('with %j is none', (wrong) => {
    const before: Tariff = {
      kind: 'charged',
      baseMinutes: 30,
      baseMinor: 700,
      addMinutes: 15,
      addMinor: 350,
    };
    expect(tariffFrom({ ...draftOf(before, 'KRW'), ...wrong }, before, 'KRW')).toBeUndefined();
  });

  test('is previewed as the meter counts it, with what a coupon leaves of it', () => {
    const from = Date.parse('2026-11-28T00:00:00+09:00');
    const tariff: Tariff = {
      kind: 'charged',
      baseMinutes: 30,
      baseMinor: 1_200,
      addMinutes: 15,
      addMinor: 600,
      dayCapMinor: 14_400,
      coupons: [{ kind: 'minutes', minutes: 60 }],
    };
    const prices = pricesOf(tariff, from, 'Asia/Seoul', ANY_CAR);
    expect(prices).toHaveLength(PREVIEWED_MINUTES.length);
    expect(prices.map((price) => [price?.minor, price?.withCoupon?.minor])).toEqual([
      [1_200, 0],
      [2_400, 0],
      [4_800, 2_400],
      [9_600, 7_200],
      // A day is one date: its cap holds once, coupon or not.
      [14_400, undefined],
    ]);
    expect(pricesOf({ kind: 'unknown' }, from, 'Asia/Seoul', ANY_CAR)).toEqual(
      PREVIEWED_MINUTES.map(() => undefined),
    );
  });

  test('is previewed for whom its discounts change, by the best of each', () => {
    const from = Date.parse('2026-11-28T00:00:00+09:00');
    const hourly = {
      kind: 'charged',
      baseMinutes: 60,
      baseMinor: 1_000,
      addMinutes: 60,
      addMinor: 1_000,
    } as const;
    const compact = (percent: number) => ({ for: 'compact', percent }) as const;
    const before: Tariff = { ...hourly, discounts: [compact(50), { for: 'ev', percent: 20 }] };
    const after: Tariff = { ...hourly, discounts: [compact(50), compact(30)] };
    expect(discountedIn(after)).toEqual(['compact']);
    expect(newlyDiscounted(before, after)).toBe('ev');
    expect(newlyDiscounted(before, before)).toBeUndefined();
    expect(newlyDiscounted(before, { kind: 'free' })).toBe('compact');
    const ev = pricesOf(before, from, 'Asia/Seoul', { traits: ['ev'] });
    expect(ev.map((price) => price?.minor)).toEqual([800, 800, 1_600, 3_200, 19_200]);
  });
});
