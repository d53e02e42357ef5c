import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localEdges } from '#api/history/answers/local-edges.ts';
import { localDay, WallClock } from '#api/history/answers/wall-clock.ts';
import { localTimeOf } from '#contract/calendar.ts';
import { INTERVALS } from '#contract/history.ts';
import { HOUR_MS, isoOf } from '#contract/time.ts';

const at = (iso: string) => Date.parse(iso);
const hoursBetween = (edges: readonly number[]) =>
  edges.slice(1).map((edge, index) => (edge - (edges[index] ?? 0)) / HOUR_MS);

describe('the edges of buckets', () => {
  test('are the ends of the window and every local midnight between them', () => {
    const window = { from: at('2026-11-21T20:00:00+09:00'), to: at('2026-11-23T08:00:00+09:00') };
    expect(localEdges(window, 'day', 'Asia/Seoul').map(isoOf)).toEqual([
      '2026-11-21T11:00:00.000Z',
      '2026-11-21T15:00:00.000Z',
      '2026-11-22T15:00:00.000Z',
      '2026-11-22T23:00:00.000Z',
    ]);
  });

  test('make a day of 23 hours and one of 25 where the clock changes', () => {
    const spring = { from: at('2026-03-28T00:00:00+01:00'), to: at('2026-03-31T00:00:00+02:00') };
    expect(hoursBetween(localEdges(spring, 'day', 'Europe/Berlin'))).toEqual([24, 23, 24]);
    const autumn = { from: at('2026-10-24T00:00:00+02:00'), to: at('2026-10-27T00:00:00+01:00') };
    expect(hoursBetween(localEdges(autumn, 'day', 'Europe/Berlin'))).toEqual([24, 25, 24]);
    expect(hoursBetween(localEdges(autumn, 'hour', 'Europe/Berlin'))).toHaveLength(73);
  });

  test('follow a zone that is half an hour off', () => {
    const window = { from: at('2026-11-22T00:00:00Z'), to: at('2026-11-22T03:00:00Z') };
    expect(hoursBetween(localEdges(window, 'hour', 'Asia/Kolkata'))).toEqual([0.5, 1, 1, 0.5]);
  });

  test('begin weeks on Monday and months on the first', () => {
    const window = { from: at('2026-10-30T00:00:00+09:00'), to: at('2026-11-10T00:00:00+09:00') };
    const days = (edges: readonly number[]) =>
      edges.map((edge) => isoOf(edge + 9 * HOUR_MS).slice(5, 10));
    expect(days(localEdges(window, 'week', 'Asia/Seoul'))).toEqual([
      '10-30',
      '11-02',
      '11-09',
      '11-10',
    ]);
    expect(days(localEdges(window, 'month', 'Asia/Seoul'))).toEqual(['10-30', '11-01', '11-10']);
  });

  test('rise and keep to the window, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: at('2040-01-01T00:00:00Z') }),
        fc.integer({ min: 1, max: 90 * 24 * HOUR_MS }),
        fc.constantFrom(...INTERVALS),
        fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'UTC'),
        (from, lengthMs, interval, timeZone) => {
          const edges = localEdges({ from, to: from + lengthMs }, interval, timeZone);
          expect([edges[0], edges.at(-1)]).toEqual([from, from + lengthMs]);
          expect(edges.every((edge, index) => index === 0 || edge > (edges[index - 1] ?? 0))).toBe(
            true,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test('are refused where there would be too many', () => {
    const window = { from: 0, to: 200 * 24 * HOUR_MS };
    expect(() => localEdges(window, '15min', 'UTC')).toThrow('at most 10000 buckets');
  });
});

describe('a wall clock', () => {
  test('knows the weekday and hour of an instant', () => {
    const monday = { weekday: 0, hour: 8 };
    expect(new WallClock('Asia/Seoul').at(at('2026-11-23T08:50:00+09:00'))).toEqual(monday);
  });

  test('agrees with the calendar, forwards and backwards, over every change of the clock', () => {
    const zones = ['Asia/Seoul', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns'];
    const times = fc.array(fc.integer({ min: 0, max: at('2040-01-01T00:00:00Z') }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.constantFrom(...zones), times, (timeZone, instants) => {
        const clock = new WallClock(timeZone);
        for (const instant of instants) {
          const { weekday, minuteOfDay } = localTimeOf(instant, timeZone);
          const expected = { weekday: (weekday + 6) % 7, hour: Math.floor(minuteOfDay / 60) };
          expect(clock.at(instant)).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a place’s wall clock', () => {
  test('writes instants with the offset that holds then', () => {
    const berlin = new WallClock('Europe/Berlin');
    expect(berlin.isoOf(at('2026-03-29T00:59:59.999Z'))).toBe('2026-03-29T01:59:59.999+01:00');
    expect(berlin.isoOf(at('2026-03-29T01:00:00Z'))).toBe('2026-03-29T03:00:00.000+02:00');
    expect(berlin.isoOf(at('2026-10-25T01:30:00Z'))).toBe('2026-10-25T02:30:00.000+01:00');
    expect(new WallClock('America/St_Johns').isoOf(at('2026-01-01T00:00:00Z'))).toBe(
      '2025-12-31T20:30:00.000-03:30',
    );
  });

  test('reads what it wrote, whatever the instant and the place', () => {
    const zones = ['Asia/Seoul', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2100, 0) }),
        fc.constantFrom(...zones),
        (instant, zone) => {
          expect(Date.parse(new WallClock(zone).isoOf(instant))).toBe(instant);
        },
      ),
    );
  });

  test('has days of 23, 24 and 25 hours', () => {
    const hoursOf = (day: string) => {
      const { from, to } = localDay(day, 'Europe/Berlin');
      return (to - from) / HOUR_MS;
    };
    expect(['2026-03-28', '2026-03-29', '2026-10-25'].map(hoursOf)).toEqual([24, 23, 25]);
    expect(localDay('2026-11-22', 'Asia/Seoul').from).toBe(at('2026-11-21T15:00:00Z'));
  });
});
