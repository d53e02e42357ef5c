import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceM, middleOf, positionsOf, walkMinutesOf } from '#contract/geo.ts';
import { calendarOf, localTimeOf } from '#contract/calendar.ts';
import { isWithinHours, lotTimeAt } from '#contract/hours.ts';
import type { DateRule, Hours, LotPlan, Span } from '#contract/hours.ts';

const everyDay = (...spans: Span[]): Exclude<Hours, 'always'> => ({
  weekday: spans,
  saturday: spans,
  sunday: spans,
  holiday: spans,
});
const seoul = (iso: string) => Date.parse(`${iso}+09:00`);
const inSeoul = calendarOf('Asia/Seoul', [{ date: '2026-09-25', name: '추석' }]);
const within = (hours: Hours, iso: string) => isWithinHours(hours, seoul(iso), inSeoul);

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

  test('always is always', () => expect(isWithinHours('always', 0, inSeoul)).toBe(true));

  test('are the lot’s own through a change to summer time and back', () => {
    const morning = everyDay({ from: '08:00', to: '09:00' });
    const at = (iso: string) =>
      isWithinHours(morning, Date.parse(iso), calendarOf('Europe/Berlin', []));
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

describe('a date at the lot', () => {
  const day = everyDay({ from: '08:00', to: '19:00' });
  const plan = (own: Partial<LotPlan> = {}): LotPlan => ({
    openHours: 'always',
    chargedHours: day,
    outsideHours: 'unknown',
    ...own,
  });
  const at = (iso: string, dates?: DateRule[], own: Partial<LotPlan> = {}) =>
    lotTimeAt(plan({ dates, ...own }), seoul(iso), inSeoul);

  test('that is a holiday has the holiday’s hours, whatever weekday it is, and its night too', () => {
    const hours = { ...day, holiday: [{ from: '20:00', to: '02:00' }] };
    const friday = (clock: string) => within(hours, `2026-09-25T${clock}`);
    expect(['09:00', '19:59', '20:00'].map(friday)).toEqual([false, false, true]);
    expect(within(hours, '2026-09-26T01:59')).toBe(true);
    expect(within(hours, '2026-09-26T02:00')).toBe(false);
  });

  test.each([
    ['2026-09-24T10:00', 'charged'],
    ['2026-09-24T22:00', 'unknown'],
    ['2026-09-25T10:00', 'free'],
    ['2026-09-25T22:00', 'free'],
  ])('opens freely at a holiday by its name: %s is %s', (iso, is) => {
    expect(at(iso, [{ holiday: '추석', rule: 'openFree' }])).toBe(is);
  });

  test('is closed for a festival, and the first rule that holds goes before', () => {
    const festival: DateRule = { from: '2026-10-02', to: '2026-10-03', rule: 'closed' };
    const free: DateRule = { from: '2026-10-03', rule: 'openFree' };
    const days = ['01', '02', '03', '04'].map((d) => at(`2026-10-${d}T12:00`, [festival, free]));
    expect(days).toEqual(['charged', 'closed', 'closed', 'charged']);
    expect(at('2026-10-03T12:00', [free, festival])).toBe('free');
  });

  test('may open a stretch of street for some hours that has none else', () => {
    const street = { openHours: everyDay(), chargedHours: everyDay() };
    const market: DateRule = {
      from: '2026-11-24',
      rule: 'openFree',
      spans: [{ from: '10:00', to: '16:00' }],
    };
    const hours = ['09:59', '10:00', '15:59', '16:00'];
    expect(hours.map((clock) => at(`2026-11-24T${clock}`, [market], street))).toEqual([
      'closed',
      'free',
      'free',
      'closed',
    ]);
    expect(at('2026-11-25T12:00', [market], street)).toBe('closed');
  });

  test.each([
    ['closed', 'closed'],
    ['openFree', 'free'],
    ['unknown', 'unknown'],
  ] as const)('outside the charged hours, where that is %s, is %s', (outsideHours, is) => {
    expect(at('2026-11-24T20:00', undefined, { outsideHours })).toBe(is);
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
