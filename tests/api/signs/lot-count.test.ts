import { calendarOf } from '#contract/calendar.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAY_CLASSES } from '#contract/bay-class.ts';
import { anyCarCountsOf } from '#contract/headline.ts';
import type { LotLive } from '#contract/live.ts';
import { controlledStep } from '#contract/sign-control.ts';
import type { SignControlChange } from '#contract/sign-control.ts';
import { shownToken } from '#contract/sign-fade.ts';
import { ladderStepOf, SIGN_BANDS } from '#contract/sign-ladder.ts';
import type { SignStep } from '#contract/sign-ladder.ts';
import type { Lot } from '#contract/site.ts';
import { lotCountOf } from '#api/signs/lot-count.ts';
import { aStreet } from '../http/street.ts';

const NOW = Date.parse('2026-11-27T12:00:00+09:00');
const [FULL, COUNTED, BARE] = aStreet().lots as [Lot, Lot, Lot];

function stepOf(
  lot: Lot,
  live: Partial<LotLive>,
  more: { isOutOfService?: boolean; now?: number } = {},
) {
  const count = lotCountOf({
    lot,
    live: { lot: lot.properties.id, counts: [], observedAt: null, fact: null, ...live },
    isOutOfService: false,
    confidence: 1,
    now: NOW,
    calendar: calendarOf('Asia/Seoul', []),
    ...more,
  });
  const step = 'said' in count ? count.said : ladderStepOf(count.input);
  return { said: `${shownToken(step.show)} ${step.cause}`, count, step };
}

const counted = (vacant: number, occupied: number, unknown = 0, ageMs = 1_000) => ({
  counts: [
    { class: 'general', vacant, occupied, unknown },
    { class: 'disabled', vacant: 5, occupied: 0, unknown: 0 },
  ] as LotLive['counts'],
  observedAt: NOW - ageMs,
});

const fact = (said: Partial<NonNullable<LotLive['fact']>>) => ({
  fact: {
    source: 'counter' as const,
    sensedAt: NOW - 5_000,
    validUntil: NOW + 600_000,
    ...said,
  },
});

describe('of a lot a sign says', () => {
  test('the vacant bays open to any car, and for as long as they are fresh', () => {
    const { said, count } = stepOf(FULL, counted(7, 30));
    expect(said).toBe('number:7 counted');
    expect(count).toMatchObject({ freshForMs: 59_000, wordForMs: 179_000, capacity: 37 });
  });

  test.each([
    ['nothing of one without sensors', BARE, {}, 'parking noCount'],
    ['nothing where nothing was observed', FULL, {}, 'parking noData'],
    ['what its counter said', COUNTED, fact({ vacant: 12 }), 'number:12 counted'],
    ['no more than it has', COUNTED, fact({ vacant: 400 }), 'number:40 counted'],
    ['full by an empty count', COUNTED, fact({ vacant: 0 }), 'full noneVacant'],
    [
      'no digits of a word that is a minute old',
      COUNTED,
      fact({ vacant: 12, sensedAt: NOW - 61_000 }),
      'band:moderate delayed',
    ],
    [
      'a word for as long as its source says',
      COUNTED,
      fact({ vacant: 12, sensedAt: NOW - 500_000 }),
      'band:moderate delayed',
    ],
    [
      'what an attendant said in one word',
      BARE,
      fact({ band: 'full', source: 'attendant', sensedAt: NOW - 500_000 }),
      'full noneVacant',
    ],
    [
      'sensors before facts',
      FULL,
      { ...counted(7, 30), ...fact({ vacant: 30 }) },
      'number:7 counted',
    ],
    [
      'facts while its sensors say nothing',
      FULL,
      { ...counted(0, 0, 37), ...fact({ vacant: 2 }) },
      'number:2 counted',
    ],
  ])('%s', (_, lot, live, expected) => expect(stepOf(lot, live).said).toBe(expected));

  test('closed, whatever is counted, outside its hours and out of service', () => {
    expect(stepOf(FULL, counted(7, 30), { isOutOfService: true }).said).toBe('closed outOfHours');
    const span = [{ from: '09:00', to: '18:00' }];
    const openHours = { weekday: span, saturday: span, sunday: span, holiday: span };
    const shop = { ...FULL, properties: { ...FULL.properties, openHours } };
    expect(stepOf(shop, counted(7, 30)).said).toBe('number:7 counted');
    const night = { now: NOW + 8 * 3_600_000 };
    const live = { ...counted(7, 30), observedAt: night.now };
    expect(stepOf(shop, live, night).said).toBe('closed outOfHours');
    expect(stepOf({ ...BARE, properties: { ...BARE.properties, openHours } }, {}, night).said).toBe(
      'closed outOfHours',
    );
  });

  test('never more than is vacant and open to any car', () => {
    const count = fc.record({
      class: fc.constantFrom(...BAY_CLASSES),
      vacant: fc.nat(40),
      occupied: fc.nat(40),
      unknown: fc.nat(8),
    });
    fc.assert(
      fc.property(fc.array(count, { maxLength: 6 }), fc.nat(300_000), (counts, ageMs) => {
        const { step } = stepOf(FULL, { counts, observedAt: NOW - ageMs });
        const { vacant } = anyCarCountsOf(counts);
        const said = step.show.kind === 'number' ? step.show.vacant : 0;
        expect(said).toBeLessThanOrEqual(vacant);
        expect(step.show.kind === 'full' && vacant > 0).toBe(false);
      }),
    );
  });
});

const numberStep = (vacant: number): SignStep => ({
  show: { kind: 'number', vacant, band: 'plenty' },
  cause: 'counted',
});

describe('by hand a sign', () => {
  const shown = (vacant: number, ...changes: SignControlChange[]) => {
    const { show, cause } = controlledStep(numberStep(vacant), 100, 1, changes);
    return `${shownToken(show)} ${cause}`;
  };

  test.each<[string, string, number, ...SignControlChange[]]>([
    ['shows a word', 'full override', 40, { kind: 'show', word: 'full' }],
    ['shows a band', 'band:few override', 40, { kind: 'show', word: 'few' }],
    ['is dark', 'blank override', 40, { kind: 'show', word: 'blank' }],
    [
      'shows that of its row alone',
      'number:40 counted',
      40,
      { kind: 'show', row: 2, word: 'full' },
    ],
    ['keeps room for cars on their way', 'number:35 offset', 40, { kind: 'offset', bays: -5 }],
    ['is never full by that', 'band:few offset', 5, { kind: 'offset', bays: -5 }],
    ['has no digits below its minimum', 'band:few belowMinimum', 4, { kind: 'limits', minimum: 5 }],
    ['has none above its maximum', 'number:30 aboveMaximum', 40, { kind: 'limits', maximum: 30 }],
    [
      'takes the last word of each kind',
      'number:38 offset',
      40,
      { kind: 'offset', bays: -5 },
      { kind: 'offset', bays: -2 },
      { kind: 'limits', maximum: 99 },
    ],
    [
      'shows its test pattern before all else',
      'test testPattern',
      40,
      { kind: 'test' },
      { kind: 'show', word: 'full' },
    ],
  ])('%s: %s', (_, expected, vacant, ...changes) => {
    expect(shown(vacant, ...changes)).toBe(expected);
  });

  test('never shows more digits than are counted, and no digits that are not', () => {
    const change: fc.Arbitrary<SignControlChange> = fc.oneof(
      fc.record({
        kind: fc.constant('show' as const),
        word: fc.constantFrom(...SIGN_BANDS, 'full' as const, 'closed' as const, 'blank' as const),
      }),
      fc.record({ kind: fc.constant('offset' as const), bays: fc.integer({ min: -99, max: -1 }) }),
      fc.record({
        kind: fc.constant('limits' as const),
        minimum: fc.nat(50),
        maximum: fc.integer({ min: 50, max: 99 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(change), fc.integer({ min: 1, max: 120 }), (changes, vacant) => {
        const { show, cause } = controlledStep(numberStep(vacant), 120, 1, changes);
        expect(show.kind === 'number' ? show.vacant : 0).toBeLessThanOrEqual(vacant);
        expect(show.kind === 'full' && cause !== 'override').toBe(false);
        const full: SignStep = { show: { kind: 'full' }, cause: 'noneVacant' };
        expect(controlledStep(full, 120, 1, changes).show.kind).not.toBe('number');
      }),
    );
  });
});
