import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAY_CLASSES } from '#contract/bay-class.ts';
import { deadlines, freshnessOf, gatewayUnknownMs } from '#contract/deadlines.ts';
import { anyCarCountsOf, bandOf, countsOf, headlineOf } from '#contract/headline.ts';
import type { LiveCounts } from '#contract/headline.ts';

const now = 1_800_000_000_000;
const count = fc.nat(60);
const classCount = fc.record({
  class: fc.constantFrom(...BAY_CLASSES),
  vacant: count,
  occupied: count,
  unknown: count,
});
const fact = fc.record({
  vacant: fc.option(count, { nil: undefined }),
  band: fc.constantFrom('plenty', 'few', 'full', undefined),
  sensedAt: fc.integer({ min: now - 100_000, max: now }),
  validUntil: fc.integer({ min: now - 50_000, max: now + 50_000 }),
});
const live: fc.Arbitrary<LiveCounts> = fc.record({
  counts: fc.uniqueArray(classCount, { selector: (one) => one.class, maxLength: 9 }),
  observedAt: fc.option(fc.integer({ min: now - 100_000, max: now + 2_000 })),
  fact: fc.option(fact),
});

const of = (vacant: number, occupied: number, unknown: number, ageMs = 1_000): LiveCounts => ({
  counts: [{ class: 'general', vacant, occupied, unknown }],
  observedAt: now - ageMs,
  fact: null,
});

describe('a lot’s headline', () => {
  test('never says more vacant bays than are known vacant and open to any car', () => {
    fc.assert(
      fc.property(live, (counts) => {
        const headline = headlineOf({ ...counts, fact: null }, true, now);
        const said = headline.kind === 'count' ? headline.vacant : 0;
        expect(said).toBeLessThanOrEqual(anyCarCountsOf(counts.counts).vacant);
      }),
    );
  });

  test('says full only when nothing is vacant, something is known and hardly anything is not', () => {
    fc.assert(
      fc.property(live, (counts) => {
        const headline = headlineOf({ ...counts, fact: null }, true, now);
        const any = anyCarCountsOf(counts.counts);
        const sensed = any.vacant + any.occupied + any.unknown;
        const isFull = headline.kind === 'count' && headline.band === 'full';
        const mayBe =
          any.vacant === 0 && any.occupied > 0 && any.unknown <= Math.max(1, 0.02 * sensed);
        expect(isFull && !mayBe).toBe(false);
      }),
    );
  });

  test('has no number once its observation is stale and no fact is valid', () => {
    fc.assert(
      fc.property(live, (counts) => {
        const headline = headlineOf(counts, true, now);
        const isStale =
          counts.observedAt === null || now - counts.observedAt > deadlines.pageDelayedMs;
        const hasFact = counts.fact !== null && now < counts.fact.validUntil;
        expect(isStale && !hasFact && headline.kind !== 'noData').toBe(false);
      }),
    );
  });

  test('of a lot without sensors promises nothing', () => {
    fc.assert(
      fc.property(live, (counts) => {
        expect(headlineOf(counts, false, now)).toEqual({ kind: 'noLiveCount' });
      }),
    );
  });

  test.each([
    ['live', of(20, 30, 0), { kind: 'count', vacant: 20, band: 'plenty', freshness: 'live' }],
    ['few', of(3, 47, 0), { kind: 'count', vacant: 3, band: 'few' }],
    ['full', of(0, 49, 1), { kind: 'count', vacant: 0, band: 'full' }],
    ['not full while ten are unknown', of(0, 40, 10), { kind: 'noData', unknown: 50 }],
    ['delayed', of(20, 30, 0, 15_001), { kind: 'count', freshness: 'delayed' }],
    ['stale', of(20, 30, 0, 60_001), { kind: 'noData' }],
    ['all unknown', of(0, 0, 50), { kind: 'noData', unknown: 50 }],
    ['no bay at all', { counts: [], observedAt: now, fact: null }, { kind: 'noData', unknown: 0 }],
    [
      'a fact',
      { counts: [], observedAt: null, fact: { vacant: 7, sensedAt: now - 5, validUntil: now + 1 } },
      { kind: 'count', vacant: 7, band: 'plenty', ageMs: 5 },
    ],
    [
      'a band',
      { counts: [], observedAt: null, fact: { band: 'few', sensedAt: now, validUntil: now + 1 } },
      { kind: 'band', band: 'few' },
    ],
    [
      'a fact past its time',
      { counts: [], observedAt: null, fact: { vacant: 7, sensedAt: now, validUntil: now } },
      { kind: 'noData' },
    ],
  ] as const)('%s', (_, counts, headline) => {
    expect(headlineOf(counts, true, now)).toMatchObject(headline);
  });

  test('a disabled bay is not counted for a driver of whom nothing is known', () => {
    const counts = [
      { class: 'general', vacant: 0, occupied: 5, unknown: 0 },
      { class: 'disabled', vacant: 4, occupied: 0, unknown: 0 },
    ] as const;
    expect(headlineOf({ counts, observedAt: now, fact: null }, true, now)).toMatchObject({
      vacant: 0,
      band: 'full',
    });
    expect(countsOf(counts)).toEqual({ vacant: 4, occupied: 5, unknown: 0 });
  });

  test('nothing known is no band', () => {
    expect(bandOf({ vacant: 0, occupied: 0, unknown: 0 })).toBeUndefined();
    expect(bandOf({ vacant: 0, occupied: 0, unknown: 1 })).toBeUndefined();
  });
});

describe('the deadlines', () => {
  test('come in their order', () => {
    const { pollPeriodMs, confirmMs, reportEveryMs, apiUnknownMs } = deadlines;
    expect(pollPeriodMs).toBeLessThan(confirmMs);
    expect(reportEveryMs).toBeLessThan(apiUnknownMs);
    expect(gatewayUnknownMs(pollPeriodMs)).toBeLessThan(apiUnknownMs);
    expect(deadlines.beatEveryMs).toBeLessThan(deadlines.pageLostMs);
    expect(deadlines.pageLiveMs).toBeLessThan(deadlines.pageDelayedMs);
    expect(deadlines.signNumberMs).toBeLessThan(deadlines.signBandMs);
  });

  test.each([
    [undefined, 'stale'],
    [0, 'live'],
    [15_000, 'live'],
    [15_001, 'delayed'],
    [60_000, 'delayed'],
    [60_001, 'stale'],
  ])('a count of age %s is %s', (ageMs, freshness) => expect(freshnessOf(ageMs)).toBe(freshness));

  test('a slowly polled bay is given three periods', () => {
    expect(gatewayUnknownMs(1_000)).toBe(10_000);
    expect(gatewayUnknownMs(30_000)).toBe(90_000);
  });
});
