import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowSpansOf } from '#web/console/past/bay-spans.ts';
import { placesOf } from '#web/console/past/gaps.ts';
import { HOUR_MS } from '#contract/time.ts';
import { heatLookOf, weekCoverageOf, wholeShareOf } from '#web/console/past/heat-cells.ts';
import {
  comparedWith,
  freeRangeOf,
  intervalOf,
  isOfWeeks,
  occupancyPath,
  rangeOf,
  rangeWith,
  weekPath,
} from '#web/console/past/range.ts';

describe('a range', () => {
  const now = Date.parse('2026-11-28T08:50:00+09:00');
  test.each([
    ['today', '2026-11-28', '2026-11-29', '15min'],
    ['yesterday', '2026-11-27', '2026-11-28', '15min'],
    ['7d', '2026-11-22', '2026-11-29', 'hour'],
    ['30d', '2026-10-30', '2026-11-29', 'hour'],
    ['365d', '2025-11-29', '2026-11-29', 'day'],
  ] as const)('%s is from %s to %s by %s', (name, from, to, interval) => {
    const range = rangeOf(name, now, 'Asia/Seoul');
    expect(range).toEqual({ from, to });
    expect(intervalOf(range)).toBe(interval);
  });

  test('is held against the one before it, or against the same weekdays', () => {
    const range = { from: '2026-11-26', to: '2026-11-29' };
    expect(comparedWith(range, 'before')).toEqual({ from: '2026-11-23', to: '2026-11-26' });
    expect(comparedWith(range, 'week')).toEqual({ from: '2026-11-19', to: '2026-11-22' });
    expect(comparedWith(range, 'none')).toBeUndefined();
  });

  test('is asked for as a table with exactly the same question', () => {
    const range = { from: '2026-11-22', to: '2026-11-29' };
    const [chart, csv] = [
      occupancyPath('full', range),
      occupancyPath('full', range, { format: 'csv' }),
    ];
    expect(csv).toBe(`${chart}&format=csv&bom=true`);
    expect(weekPath('full', range, 'csv')).toBe(`${weekPath('full', range)}&format=csv&bom=true`);
  });

  test('is one that somebody chose where both ends are days, the last after the first', () => {
    const range = { from: '2026-11-01', to: '2026-11-20' };
    expect(freeRangeOf(range.from, range.to)).toEqual(range);
    for (const [from, to] of [
      [null, range.to],
      [range.to, range.from],
      [range.from, range.from],
      ['2026-02-30', range.to],
      ['0202-11-01', range.to],
      ['2026-11-01T00:00', range.to],
    ] as const) {
      expect(freeRangeOf(from, to)).toBeUndefined();
    }
    expect(rangeWith(range, { first: '2026-11-05' })).toEqual({ from: '2026-11-05', to: range.to });
    expect(rangeWith(range, { first: '2026-12-01' })).toEqual({
      from: '2026-12-01',
      to: '2026-12-02',
    });
    expect(rangeWith(range, { last: '2026-11-30' })).toEqual({
      from: range.from,
      to: '2026-12-01',
    });
    expect(rangeWith(range, { last: '2026-10-31' })).toEqual({
      from: '2026-10-31',
      to: '2026-11-01',
    });
  });

  test('of some days has a place without a value where others were left out', () => {
    const hour = (from: number) => ({
      from: new Date(from * HOUR_MS).toISOString(),
      to: new Date((from + 1) * HOUR_MS).toISOString(),
    });
    const seconds = placesOf([hour(0), hour(1), hour(5)]).map(({ second, at }) => [second, at]);
    expect(seconds).toEqual([
      [0, 0],
      [3_600, 1],
      [7_200, undefined],
      [18_000, 2],
    ]);
  });

  test('is one of weeks from seven days on', () => {
    const from = '2026-11-22';
    expect(isOfWeeks({ from, to: '2026-11-28' })).toBe(false);
    expect(isOfWeeks({ from, to: '2026-11-29' })).toBe(true);
  });
});

describe('an hour of the week', () => {
  test.each([
    [0, 0],
    [0.199, 0],
    [0.2, 1],
    [0.8, 4],
    [1, 4],
  ])('that was full to %d has the shade %d', (occupancy, shade) => {
    expect(heatLookOf({ occupancy, unknownBaySeconds: 9 })).toBe(shade);
  });

  test('that nobody observed is told from one that is not there, and neither from an empty one', () => {
    expect(heatLookOf({ occupancy: null, unknownBaySeconds: 1 })).toBe('unknown');
    expect(heatLookOf({ occupancy: null, unknownBaySeconds: 0 })).toBe('outside');
  });

  test('counts by its time towards the coverage, which is never rounded up to all', () => {
    const cell = (observedBaySeconds: number, unknownBaySeconds: number) =>
      ({ observedBaySeconds, unknownBaySeconds }) as never;
    expect(weekCoverageOf({ cells: [cell(30, 10), cell(60, 0)] })).toBe(0.9);
    expect(weekCoverageOf({ cells: [cell(0, 0)] })).toBeUndefined();
    expect([0.9999, 1, 0].map(wholeShareOf)).toEqual([0.99, 1, 0]);
  });
});

describe("a bay's row", () => {
  const from = Date.parse('2026-11-28T00:00:00+09:00');
  const to = from + 86_400_000;
  const iso = (at: number) => new Date(at).toISOString();
  const stay = (begin: number, end: number | null) => ({
    arrivedAfter: iso(begin),
    arrivedBefore: iso(begin),
    departedAfter: end === null ? null : iso(end),
    departedBefore: end === null ? null : iso(end),
    bridged: false,
    anomalous: false,
    openLeft: false,
  });
  const HOUR = 3_600_000;

  test('shows a car of more than a day otherwise, and what nobody saw as such', () => {
    const now = from + 12 * HOUR;
    const stays = [stay(from - 20 * HOUR, null)];
    const known = [{ from: iso(from), to: iso(from + 6 * HOUR), state: 'occupied' as const }];
    expect(rowSpansOf({ stays, known }, { from, to }, now)).toEqual([
      { from: 0, to: 0.5, look: 'long' },
      { from: 0.25, to: 0.5, look: 'unseen' },
    ]);
    expect(rowSpansOf({ stays: [stay(from + HOUR, null)], known: [] }, { from, to }, now)).toEqual([
      { from: 1 / 24, to: 0.5, look: 'stay' },
      { from: 0, to: 0.5, look: 'unseen' },
    ]);
  });

  test('never leaves its day, and has no span twice or turned about', () => {
    const at = fc.integer({ min: from - 3 * 86_400_000, max: to + 86_400_000 });
    const drawn = fc.record({
      stays: fc.array(fc.tuple(at, at), { maxLength: 5 }),
      known: fc.array(fc.tuple(at, at), { maxLength: 5 }),
      now: at,
    });
    fc.assert(
      fc.property(drawn, ({ stays, known, now }) => {
        const row = {
          stays: stays.map(([a, b]) =>
            stay(Math.min(a, b), Math.max(a, b) > now ? null : Math.max(a, b)),
          ),
          known: known
            .map(([a, b]) => ({
              from: iso(Math.min(a, b)),
              to: iso(Math.max(a, b)),
              state: 'vacant' as const,
            }))
            .toSorted((a, b) => a.from.localeCompare(b.from)),
        };
        const spans = rowSpansOf(row, { from, to }, now);
        expect(
          spans.filter((span) => span.from < 0 || span.to > 1 || span.to <= span.from),
        ).toEqual([]);
        const drawnStays = spans.filter(({ look }) => look !== 'unseen');
        expect(drawnStays.length).toBeLessThanOrEqual(row.stays.length);
      }),
    );
  });
});
