import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceM, middleOf, positionsOf, walkMinutesOf } from '#contract/geo.ts';
import { isWithinHours, localTimeOf } from '#contract/hours.ts';
import type { Hours, Span } from '#contract/hours.ts';
import { priceMinorOf } from '#contract/tariff.ts';
import type { Tariff } from '#contract/tariff.ts';

/** Jeonju since July 2024, congested lots: 30 minutes 1,200 won, each 15 after that 600, a day 14,400. */
const congested: Tariff = {
  kind: 'charged',
  baseMinutes: 30,
  baseMinor: 1_200,
  addMinutes: 15,
  addMinor: 600,
  dayCapMinor: 14_400,
};

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
  ])('of %i minutes in a congested lot is %i won', (minutes, price) => {
    expect(priceMinorOf(congested, minutes)).toBe(price);
  });

  test('a free first half hour is charged from its beginning by who stays longer', () => {
    const tariff = { ...congested, freeMinutes: 30 };
    expect([30, 31].map((minutes) => priceMinorOf(tariff, minutes))).toEqual([0, 1_800]);
  });

  test('where nothing is published nothing is said', () => {
    expect(priceMinorOf({ kind: 'unknown' }, 60)).toBeUndefined();
    expect(priceMinorOf({ kind: 'free' }, 600)).toBe(0);
  });

  const amount = fc.nat(5_000);
  const minutes = fc.integer({ min: 1, max: 120 });
  const charged = fc.record({
    kind: fc.constant('charged' as const),
    baseMinutes: minutes,
    baseMinor: amount,
    addMinutes: minutes,
    addMinor: amount,
    dayCapMinor: fc.option(amount, { nil: undefined }),
    freeMinutes: fc.option(minutes, { nil: undefined }),
  });

  test('never falls with a longer stay and never passes the day’s cap', () => {
    fc.assert(
      fc.property(charged, fc.nat(1_440), fc.nat(240), (tariff, stay, more) => {
        const [shorter = 0, longer = 0] = [stay, stay + more].map((m) => priceMinorOf(tariff, m));
        expect(longer).toBeGreaterThanOrEqual(shorter);
        expect(longer).toBeLessThanOrEqual(tariff.dayCapMinor ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  test('below the cap is the base and whole units', () => {
    fc.assert(
      fc.property(charged, fc.nat(1_440), (tariff, stay) => {
        const uncapped = { ...tariff, dayCapMinor: undefined, freeMinutes: undefined };
        const units = Math.max(0, Math.ceil((stay - tariff.baseMinutes) / tariff.addMinutes));
        const free = stay === 0;
        const price = free ? 0 : tariff.baseMinor + units * tariff.addMinor;
        expect(priceMinorOf(uncapped, stay)).toBe(price);
      }),
    );
  });
});

const everyDay = (...spans: Span[]): Hours => ({
  weekday: spans,
  saturday: spans,
  sunday: spans,
  holiday: spans,
});
const seoul = (iso: string) => Date.parse(`${iso}+09:00`);
const within = (hours: Hours, iso: string) => isWithinHours(hours, seoul(iso), 'Asia/Seoul');

describe('hours at the lot', () => {
  test.each([
    ['2026-11-23T08:59:59', false],
    ['2026-11-23T09:00', true],
    ['2026-11-23T17:59:59', true],
    ['2026-11-23T18:00', false],
  ])('09:00 to 18:00 at %s is %s', (at, is) => {
    expect(within(everyDay({ from: '09:00', to: '18:00' }), at)).toBe(is);
  });

  test('24:00 is the day’s end and 00:00 to 24:00 the whole day', () => {
    const day = everyDay({ from: '00:00', to: '24:00' });
    expect(['2026-11-23T00:00', '2026-11-23T23:59:59'].map((at) => within(day, at))).toEqual([
      true,
      true,
    ]);
    expect(within(everyDay({ from: '20:00', to: '24:00' }), '2026-11-24T00:00')).toBe(false);
  });

  test('a Friday night ends on Saturday morning by Friday’s hours', () => {
    const none: Span[] = [];
    const hours = {
      weekday: [{ from: '18:00', to: '02:00' }],
      saturday: none,
      sunday: none,
      holiday: none,
    };
    const friday = '2026-11-27T';
    const saturday = '2026-11-28T';
    const sunday = '2026-11-29T';
    expect(within(hours, `${friday}17:59`)).toBe(false);
    expect(within(hours, `${friday}23:00`)).toBe(true);
    expect(within(hours, `${saturday}01:59`)).toBe(true);
    expect(within(hours, `${saturday}02:00`)).toBe(false);
    expect(within(hours, `${saturday}23:00`)).toBe(false);
    expect(within(hours, `${sunday}01:00`)).toBe(false);
  });

  test('from a time to the same time is a day long', () => {
    expect(within(everyDay({ from: '00:00', to: '00:00' }), '2026-11-23T12:00')).toBe(true);
  });

  test('always is always', () => expect(isWithinHours('always', 0, 'UTC')).toBe(true));

  test('are the lot’s own through a change to summer time and back', () => {
    const morning = everyDay({ from: '08:00', to: '09:00' });
    const at = (iso: string) => isWithinHours(morning, Date.parse(iso), 'Europe/Berlin');
    expect(at('2026-03-28T07:30Z')).toBe(true);
    expect(at('2026-03-29T06:30Z')).toBe(true);
    expect(at('2026-03-29T07:30Z')).toBe(false);
    expect(at('2026-10-25T07:30Z')).toBe(true);
    expect(localTimeOf(Date.parse('2026-03-29T01:00Z'), 'Europe/Berlin').minuteOfDay).toBe(180);
  });

  test('a minute of the day is 0 to 1439 and a weekday 0 to 6, in every zone', () => {
    const zone = fc.constantFrom(
      'Asia/Seoul',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'America/St_Johns',
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), zone, (at, timeZone) => {
        const { weekday, minuteOfDay } = localTimeOf(at, timeZone);
        expect(minuteOfDay).toBeGreaterThanOrEqual(0);
        expect(minuteOfDay).toBeLessThan(1_440);
        expect([0, 1, 2, 3, 4, 5, 6]).toContain(weekday);
      }),
    );
  });
});

describe('on the ground', () => {
  test('a degree of latitude is 111.2 km, one of longitude in Jeonju 90.2 km', () => {
    expect(distanceM([127.1, 35], [127.1, 36]) / 1_000).toBeCloseTo(111.195, 2);
    expect(distanceM([127, 35.8], [128, 35.8]) / 1_000).toBeCloseTo(90.19, 1);
  });

  test('there and back is as far, and nothing is negative', () => {
    const position = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -90, max: 90, noNaN: true }),
    );
    fc.assert(
      fc.property(position, position, (a, b) => {
        expect(distanceM(a, b)).toBeCloseTo(distanceM(b, a), 3);
        expect(distanceM(a, b)).toBeGreaterThanOrEqual(0);
        expect(distanceM(a, b)).toBeLessThan(20_020_000);
      }),
    );
  });

  test('641 m in a straight line are 13 minutes on foot, and next door is one', () => {
    expect(walkMinutesOf(641)).toBe(13);
    expect(walkMinutesOf(0)).toBe(1);
  });

  test('the middle of a ring is that of its box, and an empty shape has no positions', () => {
    expect(
      middleOf([
        [
          [0, 0],
          [4, 0],
          [4, 2],
          [0, 2],
          [0, 0],
        ],
      ]),
    ).toEqual([2, 1]);
    expect(positionsOf([])).toEqual([]);
    expect(positionsOf([[], []])).toEqual([]);
  });
});
