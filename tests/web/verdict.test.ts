import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAY_CLASSES } from '#contract/bay-class.ts';
import { calendarOf } from '#contract/calendar.ts';
import { deadlines } from '#contract/deadlines.ts';
import { anyCarCountsOf } from '#contract/headline.ts';
import { placeTimeOf } from '#contract/hours.ts';
import type { LotAnswer } from '#contract/http.ts';
import type { MarketId } from '#contract/ids.ts';
import { answerOf, cardsOf } from '#web/lots/card.ts';
import { lotNowOfAnswer } from '#web/lots/lot-now.ts';
import type { LotNow } from '#web/lots/lot-now.ts';
import { FIRST_TRIP } from '#web/lots/trip.ts';
import { verdictOf } from '#web/lots/verdict.ts';
import { walkOf } from '#web/lots/walk.ts';
import { aLot, aMarket, AT } from './lot-answers.ts';

const calendar = calendarOf('Asia/Seoul', []);
const place = placeTimeOf(AT, calendar);
const heard = { at: AT, place, contactAgeMs: 0, lost: false };
const counted = (vacant: number, occupied: number, unknown = 0, ageMs = 1_000): LotNow => ({
  counts: [{ class: 'general', vacant, occupied, unknown }],
  observedAt: AT - ageMs,
  fact: null,
});
const nights = (['weekday', 'saturday', 'sunday', 'holiday'] as const).map((day) => [
  day,
  [{ from: '20:00', to: '06:00' }],
]);
const atNight = Object.fromEntries(nights) as ReturnType<typeof aLot>['openHours'];

describe('a lot', () => {
  test.each([
    ['with plenty of room', counted(12, 7, 1), 'plenty', 12, false],
    ['with few bays left', counted(3, 17), 'few', 3, false],
    ['without a free bay', counted(0, 20), 'full', 0, false],
    ['without a free bay, but much unknown', counted(0, 10, 10), 'noData', undefined, false],
    ['observed 15 s ago', counted(12, 7, 1, 15_000), 'plenty', 12, false],
    ['observed 16 s ago', counted(12, 7, 1, 16_000), 'plenty', 12, true],
    ['observed 60 s ago', counted(12, 7, 1, 60_000), 'plenty', 12, true],
    ['observed 61 s ago', counted(12, 7, 1, 61_000), 'noData', undefined, false],
    ['of which nothing was ever heard', undefined, 'noData', undefined, false],
  ] as const)('%s', (_, now, look, vacant, delayed) => {
    expect(verdictOf(aLot('a'), now, heard)).toMatchObject({ look, vacant, delayed });
  });

  test('that is closed now never shows a number, whatever its sensors say', () => {
    const closed = [
      aLot('a', { openHours: atNight }),
      aLot('b', { chargedHours: atNight, outsideHours: 'closed' }),
    ];
    for (const lot of closed)
      expect(verdictOf(lot, counted(12, 8), heard)).toMatchObject({
        look: 'closed',
        vacant: undefined,
      });
  });

  test('without sensors has no live count, with a counter only while its count is valid', () => {
    const fact = { vacant: 41, sensedAt: AT - 30_000, validUntil: AT + 1 };
    const told: LotNow = { counts: [], observedAt: null, fact };
    const bare = aLot('a', { instrumented: 'none' });
    const counter = aLot('b', { instrumented: 'counter' });
    expect(verdictOf(bare, undefined, heard).look).toBe('noLiveCount');
    expect(verdictOf(counter, undefined, heard).look).toBe('noLiveCount');
    expect(verdictOf(counter, told, heard)).toMatchObject({ look: 'plenty', vacant: 41 });
    const after = { ...heard, at: AT + 1 };
    expect(verdictOf(counter, told, after).look).toBe('noLiveCount');
  });

  test('does not look live on a page that has lost its connection, and ends without a number', () => {
    const fact = { vacant: 41, sensedAt: AT, validUntil: AT + 3_600_000 };
    for (const now of [counted(12, 8), { counts: [], observedAt: null, fact }]) {
      const lost = { ...heard, contactAgeMs: deadlines.pageLostMs, lost: true };
      expect(verdictOf(aLot('a'), now, lost).delayed).toBe(true);
      const long = { ...heard, contactAgeMs: deadlines.pageDelayedMs + 1, lost: true };
      expect(verdictOf(aLot('a'), now, long)).toMatchObject({
        look: 'noData',
        vacant: undefined,
      });
    }
  });

  test('never shows more than the vacant bays open to any car, and nothing past its deadline', () => {
    const amount = fc.nat({ max: 50 });
    const counts = fc.uniqueArray(
      fc.record({
        class: fc.constantFrom(...BAY_CLASSES),
        vacant: amount,
        occupied: amount,
        unknown: amount,
      }),
      { selector: (count) => count.class },
    );
    const moment = fc.record({
      at: fc.constant(AT),
      place: fc.constant(place),
      contactAgeMs: fc.nat({ max: 120_000 }),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(counts, fc.nat({ max: 120_000 }), moment, (classes, ageMs, when) => {
        const now = { counts: classes, observedAt: AT - ageMs, fact: null };
        const { vacant, delayed } = verdictOf(aLot('a'), now, when);
        const oldestMs = Math.max(ageMs, when.contactAgeMs);
        const mayShow = oldestMs <= deadlines.pageDelayedMs;
        const mayLookLive = oldestMs <= deadlines.pageLiveMs && !when.lost;
        const shown = vacant !== undefined;
        expect({
          shown: shown && !mayShow,
          number: shown ? vacant : anyCarCountsOf(classes).vacant,
          looksLive: shown && !delayed && !mayLookLive,
        }).toEqual({ shown: false, number: anyCarCountsOf(classes).vacant, looksLive: false });
      }),
    );
  });
});

describe('the list', () => {
  const market = aMarket();
  const lots = [
    aLot('far', { position: [127.16, 35.83] }),
    aLot('lost', { positionQuality: 'unknown' }),
    aLot('near', { position: [127.1476, 35.8129] }),
    aLot('beyond-the-stream', {
      position: [127.1475, 35.8128],
      walks: [{ market: 'market' as MarketId, walkMinutes: 9 }],
    }),
  ];
  const cardsWith = (now: (id: string) => LotNow) =>
    cardsOf({
      calendar,
      trip: FIRST_TRIP,
      flows: new Map(),
      market,
      lots,
      now: new Map(lots.map(({ lot }) => [lot, now(lot)])),
      moment: heard,
    });

  test('goes by walking minutes, a measured walk before an estimate, unknown places last', () => {
    const cards = cardsWith(() => counted(12, 8));
    expect(cards.map(({ lot }) => lot.lot)).toEqual(['near', 'beyond-the-stream', 'far', 'lost']);
    expect(cards[1]?.walk).toEqual({ minutes: 9, measured: true });
    expect(walkOf(aLot('lost', { positionQuality: 'unknown' }), market)).toBeUndefined();
  });

  test('answers with the nearest lot that has room now, and with none where none has', () => {
    const full = counted(0, 20);
    const fullBut = (open: string) => (id: string) => (id === open ? counted(5, 5) : full);
    expect(answerOf(cardsWith(fullBut('beyond-the-stream')))?.lot.lot).toBe('beyond-the-stream');
    expect(answerOf(cardsWith(() => full))).toBeUndefined();
    expect(answerOf(cardsWith(() => counted(9, 9, 0, 20_000)))).toBeUndefined();
  });

  test('prices two hours in whole add-units', () => {
    const [card] = cardsWith(() => counted(12, 8));
    expect(card?.price?.minor).toBe(700 + 6 * 350);
  });
});

test('what the page was written with counts as the server counted it', () => {
  expect(lotNowOfAnswer(aLot('a'))).toMatchObject({ observedAt: AT - 8_000, fact: null });
  const [sensedAt, validUntil] = [AT - 8_000, AT + 30_000].map((at) => new Date(at).toISOString());
  const fact = { band: 'few', source: 'attendant', sensedAt, validUntil } as LotAnswer['fact'];
  const told = lotNowOfAnswer(aLot('b', { instrumented: 'counter', counts: [], fact }));
  expect(told.fact).toEqual({ band: 'few', sensedAt: AT - 8_000, validUntil: AT + 30_000 });
});
