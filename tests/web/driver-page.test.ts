import { beforeEach, describe, expect, test } from 'vitest';
import { deadlines } from '#contract/deadlines.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { LiveMessage } from '#contract/live.ts';
import type { PageInput } from '#contract/page.ts';
import { DriverPage, TICK_MS } from '#web/page/driver-page.ts';
import { Kept } from '#web/page/kept.ts';
import type { SiteData } from '#web/page/model.ts';
import { Spoken } from '#web/page/spoken.ts';
import { textsOf } from '#web/text/dictionaries.ts';
import { until } from '../support/until.ts';
import { aStore } from './a-store.ts';
import { aLot, aMarket, aSite, AT } from './lot-answers.ts';

const A = 'a' as LotId;
const hands = { wall: AT, mono: 0 };
const clock = { wallMs: () => hands.wall, monoMs: () => hands.mono };
const pass = (ms: number) => {
  hands.wall += ms;
  hands.mono += ms;
};
const input: PageInput = {
  language: 'ko',
  site: aSite(),
  markets: [aMarket()],
  lots: [aLot('a')],
  market: undefined,
  form: 'page',
  publicUrl: undefined,
  arriveInMinutes: 10,
  far: false,
  flows: [],
  at: AT,
};
let asked = 0;
let next: SiteData & { readonly at: number };
const open = () =>
  new DriverPage({
    input,
    texts: textsOf('ko'),
    kept: new Kept(() => aStore()),
    platform: { system: 'other', inApp: false },
    pageUrl: 'https://parking.example/m/market',
    clock,
    changed: () => undefined,
    baysChanged: () => undefined,
    fetchSite: async () => {
      asked += 1;
      return next;
    },
  });
const snapshot = (vacant: number, own: Partial<Extract<LiveMessage, { type: 'snapshot' }>> = {}) =>
  ({
    type: 'snapshot',
    stream: 's',
    channel: 'lots',
    seq: 1,
    at: hands.wall,
    simulated: false,
    lots: [
      {
        lot: A,
        counts: [{ class: 'general', vacant, occupied: 20 - vacant, unknown: 0 }],
        observedAt: hands.wall - 1_000,
        fact: null,
      },
    ],
    ...own,
  }) satisfies LiveMessage;
const beat = (site: string): LiveMessage => ({
  type: 'beat',
  stream: 's',
  at: hands.wall,
  site,
  observedAt: { [A]: hands.wall - 1_000 },
});

beforeEach(() => {
  Object.assign(hands, { wall: AT, mono: 0 });
  asked = 0;
  next = { ...input, at: AT };
});

describe('the page', () => {
  const cardOf = (page: DriverPage) => page.model('live').cards[0];

  test('shows what it was written with, then what the stream says', () => {
    const page = open();
    expect(cardOf(page)?.verdict).toMatchObject({ vacant: 12, ageMs: 8_000 });
    page.hear(snapshot(3));
    expect(cardOf(page)?.verdict).toMatchObject({ look: 'few', vacant: 3, ageMs: 1_000 });
  });

  test('that hears nothing says so within the deadline, and ends with no number at all', () => {
    const page = open();
    page.hear(snapshot(3));
    const seen: [number, string, number | undefined, boolean | undefined][] = [];
    for (let ms = 0; ms <= 70_000; ms += TICK_MS) {
      const { connection } = page.model('live');
      const verdict = cardOf(page)?.verdict;
      seen.push([ms, connection.kind, verdict?.vacant, verdict?.delayed]);
      pass(TICK_MS);
    }
    const firstLost = seen.find(([, kind]) => kind === 'lost')?.[0] ?? Number.POSITIVE_INFINITY;
    expect(firstLost).toBeLessThanOrEqual(deadlines.pageLostMs);
    expect(firstLost).toBeGreaterThan(2 * deadlines.beatEveryMs);
    for (const [ms, , vacant, delayed] of seen) {
      const looksLive = vacant !== undefined && delayed !== true;
      expect([ms, looksLive && ms >= firstLost]).toEqual([ms, false]);
      const past = ms + 1_000 > deadlines.pageDelayedMs;
      expect([ms, past && vacant !== undefined]).toEqual([ms, false]);
    }
  });

  test('does not know a bay when it has heard nothing for as long as a number is live', () => {
    const page = open();
    const bay = 'a-1' as BayId;
    page.watchBays([A]);
    const bays = [{ bay, state: 'vacant' as const, since: 1 }];
    page.hear(snapshot(3));
    page.hear(snapshot(3, { channel: 'lot:a', lots: undefined, bays }));
    expect(page.bayStates().get(bay)).toBe('vacant');
    pass(deadlines.pageLiveMs + 1);
    expect(page.bayStates().get(bay)).toBeUndefined();
  });

  test('asks to go on where it stopped, and anew for what it has left in between', () => {
    const page = open();
    expect(page.watchMessage()).toEqual({ type: 'watch', channels: [{ channel: 'lots' }] });
    page.watchBays([A]);
    page.hear(snapshot(3, { seq: 7 }));
    page.hear(snapshot(3, { channel: 'lot:a', seq: 4, lots: undefined, bays: [] }));
    const lots = { channel: 'lots', seq: 7 };
    const both = [lots, { channel: 'lot:a', seq: 4 }];
    expect(page.watchMessage()).toEqual({ type: 'watch', stream: 's', channels: both });
    page.watchBays([]);
    page.watchBays([A]);
    const anew = [lots, { channel: 'lot:a' }];
    expect(page.watchMessage()).toEqual({ type: 'watch', stream: 's', channels: anew });
  });

  test('loads the site anew when the server runs another, and not again and again', async () => {
    const page = open();
    page.hear(snapshot(3));
    page.hear(beat('one'));
    expect(asked).toBe(0);
    for (let second = 0; second < 60; second += 1) {
      page.hear(beat('two'));
      await Promise.resolve();
      pass(1_000);
    }
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(9);
    next = {
      ...input,
      site: aSite({ revision: 'two', simulated: true }),
      lots: [],
      at: hands.wall,
    };
    pass(120_000);
    page.hear(beat('two'));
    await until(() => page.model('live').simulated);
    expect(page.model('live').cards).toEqual([]);
  });
});

describe('the spoken summary', () => {
  test('speaks of the chosen lot alone, of changes alone, and at most every 30 s', () => {
    const page = open();
    const spoken = new Spoken();
    const say = () => spoken.next(page.model('live'), hands.mono);
    page.hear(snapshot(12));
    expect(say()).toBeUndefined();
    page.select(A);
    expect(say()).toBe('주차장 a, 여유, 12면 비었음, 방금');
    const spokenAt: number[] = [];
    for (let second = 1; second <= 60; second += 1) {
      pass(1_000);
      page.hear(snapshot(12 - (second % 3), { seq: second + 1 }));
      if (say() !== undefined) spokenAt.push(second);
    }
    // At 30 s the lot is as it was when it was last spoken of.
    expect(spokenAt).toEqual([31]);
    page.select(undefined);
    expect(say()).toBe('');
    expect(say()).toBeUndefined();
  });
});
