import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarOf } from '#contract/calendar.ts';
import { ANY_CAR, DRIVER_TRAITS } from '#contract/driver.ts';
import type { DriverProfile, DriverTrait } from '#contract/driver.ts';
import type { LotPlan } from '#contract/hours.ts';
import { lotTimeOf, stayTimesOf } from '#contract/hours.ts';
import { priceOf } from '#contract/price.ts';
import type { ChargedTariff, Tariff } from '#contract/tariff.ts';

/** Jeonju since July 2024, congested lots: 30 minutes 1,200 won, each 15 after that 600, a day 14,400. */
const congested: ChargedTariff = {
  kind: 'charged',
  baseMinutes: 30,
  baseMinor: 1_200,
  addMinutes: 15,
  addMinor: 600,
  dayCapMinor: 14_400,
};
const inSeoul = calendarOf('Asia/Seoul', [{ date: '2026-09-25', name: '추석' }]);
const seoul = (iso: string) => Date.parse(`${iso}+09:00`);
const MIDNIGHT = '2026-11-23T00:00';
const always: LotPlan = { openHours: 'always', chargedHours: 'always', outsideHours: 'unknown' };
const day = [{ from: '08:00', to: '19:00' }];
const byDay: LotPlan = {
  ...always,
  chargedHours: { weekday: day, saturday: day, sunday: day, holiday: day },
};
const stay = (
  tariff: Tariff,
  minutes: number,
  from = MIDNIGHT,
  plan = always,
  driver: DriverProfile = ANY_CAR,
) => priceOf({ ...plan, tariff }, { from: seoul(from), minutes }, inSeoul, driver);
const isTrait = (...traits: DriverTrait[]): DriverProfile => ({ traits });

describe('the price of a stay', () => {
  test.each([
    [1, 1_200],
    [30, 1_200],
    [31, 1_800],
    [45, 1_800],
    [46, 2_400],
    [120, 4_800],
    [6 * 60, 14_400],
    [24 * 60, 14_400],
    [24 * 60 + 1, 15_000],
    [48 * 60, 28_800],
  ])('of %i minutes from midnight in a congested lot is %i won', (minutes, price) => {
    expect(stay(congested, minutes)?.minor).toBe(price);
  });

  test('says how it came about', () => {
    expect(stay(congested, 120)?.units).toEqual({
      baseMinor: 1_200,
      addCount: 6,
      addsMinor: 3_600,
      cappedMinor: 0,
    });
    expect(stay(congested, 600)?.units?.cappedMinor).toBe(1_200 + 38 * 600 - 14_400);
  });

  test('a free first half hour is charged from its beginning by who stays longer, or stays free', () => {
    const tariff = { ...congested, freeMinutes: 30 };
    expect([30, 31].map((minutes) => stay(tariff, minutes)?.minor)).toEqual([0, 1_800]);
    const stays = { ...tariff, freeMinutesStay: true };
    expect([30, 31, 61].map((minutes) => stay(stays, minutes)?.minor)).toEqual([0, 1_200, 1_800]);
  });

  test('counts only the minutes in the charged hours, and says what nobody says', () => {
    const evening = stay(congested, 120, '2026-11-23T18:00', byDay);
    expect(evening).toMatchObject({ minor: 2_400, chargedMinutes: 60, unknownMinutes: 60 });
    const open: LotPlan = { ...byDay, outsideHours: 'openFree' };
    expect(stay(congested, 120, '2026-11-23T18:00', open)).toMatchObject({
      minor: 2_400,
      freeMinutes: 60,
      unknownMinutes: 0,
    });
    const closes: LotPlan = { ...byDay, outsideHours: 'closed' };
    expect(stay(congested, 120, '2026-11-23T18:00', closes)?.closedMinutes).toBe(60);
    expect(stay(congested, 120, '2026-11-23T22:00', byDay)).toBeUndefined();
  });

  test('is nothing on a day of free opening, and only on that day', () => {
    const chuseok: LotPlan = { ...always, dates: [{ holiday: '추석', rule: 'openFree' }] };
    expect(stay(congested, 120, '2026-09-25T12:00', chuseok)?.minor).toBe(0);
    expect(stay(congested, 120, '2026-09-25T23:00', chuseok)).toMatchObject({
      minor: 2_400,
      freeMinutes: 60,
    });
  });

  test.each([
    [isTrait('compact'), 2_400],
    [isTrait('senior'), 4_800],
    [isTrait('compact', 'disabled'), 960],
    [isTrait('ev'), 2_400],
  ])('takes off the best discount of %j alone', (driver, price) => {
    const discounts = [
      { for: 'compact', percent: 50 },
      { for: 'disabled', percent: 80 },
      { for: 'lowEmission', percent: 50 },
    ] as const;
    expect(stay({ ...congested, discounts }, 120, MIDNIGHT, always, driver)?.minor).toBe(price);
  });

  test('rounds a discounted price as the tariff says', () => {
    const odd = {
      ...congested,
      baseMinor: 1_250,
      discounts: [{ for: 'ev', percent: 50 }] as const,
    };
    const price = (tariff: Tariff) => stay(tariff, 10, MIDNIGHT, always, isTrait('ev'))?.minor;
    expect(price(odd)).toBe(625);
    expect(price({ ...odd, roundDownMinor: 100 })).toBe(600);
  });

  test('with a coupon leaves out its minutes or takes off its share, the better of two', () => {
    const hour = { kind: 'minutes', minutes: 60 } as const;
    const half = { kind: 'percent', percent: 50 } as const;
    const riverside: Tariff = {
      kind: 'charged',
      baseMinutes: 60,
      baseMinor: 1_200,
      addMinutes: 60,
      addMinor: 1_200,
      dayCapMinor: 6_000,
      coupons: [hour],
    };
    expect(stay(riverside, 120)).toMatchObject({ minor: 2_400, withCoupon: { minor: 1_200 } });
    expect(stay(riverside, 60)).toMatchObject({ minor: 1_200, withCoupon: { minor: 0 } });
    const both = { ...riverside, coupons: [hour, half] };
    expect(stay(both, 300)?.withCoupon).toEqual({ coupon: half, minor: 3_000 });
    expect(stay({ ...riverside, coupons: undefined }, 120)?.withCoupon).toBeUndefined();
  });

  test('where nothing is published nothing is said, and what is free is free at every hour', () => {
    expect(stay({ kind: 'unknown' }, 60)).toBeUndefined();
    expect(stay({ kind: 'free' }, 600, '2026-11-23T22:00', byDay)?.minor).toBe(0);
  });
});

describe('every price', () => {
  const amount = fc.nat(5_000);
  const minutes = fc.integer({ min: 1, max: 120 });
  const percent = fc.integer({ min: 1, max: 100 });
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const charged = fc.record({
    kind: fc.constant('charged' as const),
    baseMinutes: minutes,
    baseMinor: amount,
    addMinutes: minutes,
    addMinor: amount,
    dayCapMinor: optional(amount),
    freeMinutes: optional(minutes),
    freeMinutesStay: optional(fc.boolean()),
    discounts: optional(
      fc.array(fc.record({ for: fc.constantFrom(...DRIVER_TRAITS), percent }), { minLength: 1 }),
    ),
    coupons: optional(
      fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('minutes' as const), minutes }),
          fc.record({ kind: fc.constant('percent' as const), percent }),
        ),
        { minLength: 1 },
      ),
    ),
    roundDownMinor: optional(fc.constantFrom(10, 100)),
  });
  const plan = fc.constantFrom<LotPlan>(
    always,
    byDay,
    { ...byDay, outsideHours: 'openFree' },
    { ...byDay, outsideHours: 'closed' },
    { ...always, dates: [{ holiday: '추석', rule: 'openFree' }] },
  );
  const from = fc.integer({ min: seoul('2026-09-23T00:00'), max: seoul('2026-09-28T00:00') });
  const driver = fc.record({ traits: fc.subarray([...DRIVER_TRAITS]) });

  test('never falls with a longer stay', () => {
    fc.assert(
      fc.property(
        charged,
        plan,
        from,
        fc.nat(1_440),
        fc.nat(240),
        (tariff, plan, from, a, more) => {
          const price = (minutes: number) =>
            priceOf({ ...plan, tariff }, { from, minutes }, inSeoul, ANY_CAR)?.minor ?? 0;
          expect(price(a + more)).toBeGreaterThanOrEqual(price(a));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('is at most the cap for each date it touches, and with discount or coupon never more', () => {
    fc.assert(
      fc.property(
        charged,
        plan,
        from,
        fc.nat(2_880),
        driver,
        (tariff, plan, from, minutes, who) => {
          const lot = { ...plan, tariff };
          const anybody = priceOf(lot, { from, minutes }, inSeoul, ANY_CAR);
          const own = priceOf(lot, { from, minutes }, inSeoul, who);
          if (!anybody || !own) return;
          const dates = new Set(stayTimesOf(from, minutes, inSeoul).map(({ date }) => date)).size;
          expect(anybody.minor).toBeLessThanOrEqual(dates * (tariff.dayCapMinor ?? Infinity) || 0);
          expect(own.minor).toBeLessThanOrEqual(anybody.minor);
          expect(own.withCoupon?.minor ?? 0).toBeLessThanOrEqual(own.minor);
          for (const minor of [anybody.minor, own.minor, own.withCoupon?.minor ?? 0])
            expect(Number.isSafeInteger(minor) && minor >= 0).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('below the cap is the base and whole units of the charged minutes', () => {
    fc.assert(
      fc.property(charged, plan, from, fc.nat(1_440), (tariff, plan, from, minutes) => {
        const bare = { ...tariff, dayCapMinor: undefined, freeMinutes: undefined };
        const price = priceOf({ ...plan, tariff: bare }, { from, minutes }, inSeoul, ANY_CAR);
        if (!price) return;
        const times = stayTimesOf(from, minutes, inSeoul);
        const counted = times.filter((time) => lotTimeOf(plan, time) === 'charged').length;
        const units = Math.max(0, Math.ceil((counted - bare.baseMinutes) / bare.addMinutes));
        expect(price.chargedMinutes).toBe(counted);
        expect(price.minor).toBe(counted === 0 ? 0 : bare.baseMinor + units * bare.addMinor);
        const { chargedMinutes, freeMinutes, unknownMinutes, closedMinutes } = price;
        expect(chargedMinutes + freeMinutes + unknownMinutes + closedMinutes).toBe(minutes);
      }),
      { numRuns: 200 },
    );
  });
});

test('a stay’s clock is the lot’s own through a change to summer time', () => {
  const berlin = calendarOf('Europe/Berlin', []);
  const times = stayTimesOf(Date.parse('2026-03-29T00:30Z'), 60, berlin);
  expect(times[29]?.minuteOfDay).toBe(119);
  expect(times[30]?.minuteOfDay).toBe(180);
  expect(times).toHaveLength(60);
});
