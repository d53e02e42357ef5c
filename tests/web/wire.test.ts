import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAY_CLASSES } from '#contract/bay-class.ts';
import { positionsOf } from '#contract/geo.ts';
import { BackdropAnswer, LotAnswer, LotsAnswer, SiteAnswer } from '#contract/http.ts';
import { LiveMessage } from '#contract/live.ts';
import { lotAnswerOf, marketAnswerOf, siteAnswerOf } from '#api/http/site-answer.ts';
import { backdropAnswerOf } from '#api/http/backdrop-answer.ts';
import { baysAnswerOf } from '#api/http/geojson.ts';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import { siteIndexOf } from '#api/http/site-index.ts';
import { lotsAnswer, pageInput, siteAnswer } from '#web/wire/answers.ts';
import type { BackdropShape } from '#web/wire/backdrop.ts';
import { parseBackdrop } from '#web/wire/backdrop.ts';
import { parseBays } from '#web/wire/features.ts';
import { parseLiveMessage } from '#web/wire/live-message.ts';
import { parsed } from '#web/wire/read.ts';
import { aLot, aMarket, aSite, AT } from './lot-answers.ts';
import { readSeed } from './served-page.ts';

const amount = fc.nat({ max: 9_999 });
const instant = fc.nat({ max: 4_000_000_000_000 });
const id = fc.stringMatching(/^[a-z0-9]{1,12}(-[a-z0-9]{1,6})?$/);
const counts = fc.array(
  fc.record({
    class: fc.constantFrom(...BAY_CLASSES),
    vacant: amount,
    occupied: amount,
    unknown: amount,
  }),
  { maxLength: 4 },
);
const fact = fc.record(
  {
    vacant: amount,
    band: fc.constantFrom('plenty', 'few', 'full'),
    source: fc.constantFrom('counter', 'attendant', 'feed'),
    sensedAt: instant,
    validUntil: instant,
  },
  { requiredKeys: ['source', 'sensedAt', 'validUntil'] },
);
const lots = fc.array(
  fc.record({
    lot: id,
    counts,
    observedAt: fc.option(instant),
    fact: fc.option(fact),
  }),
  { maxLength: 4 },
);
const bays = fc.array(
  fc.record({
    bay: id,
    state: fc.constantFrom('vacant', 'occupied', 'unknown'),
    since: instant,
  }),
  { maxLength: 4 },
);
const head = {
  stream: fc.string({ maxLength: 40 }),
  channel: fc.oneof(
    fc.constant('lots'),
    id.map((lot) => `lot:${lot}`),
  ),
  seq: amount,
  at: instant,
  lots,
  bays,
};
const requiredKeys = ['type', 'stream', 'channel', 'seq', 'at'] as const;
const message = fc.oneof(
  fc.record(
    { type: fc.constant('snapshot'), ...head, simulated: fc.boolean() },
    { requiredKeys: [...requiredKeys, 'simulated'] },
  ),
  fc.record({ type: fc.constant('delta'), ...head }, { requiredKeys: [...requiredKeys] }),
  fc.record({
    type: fc.constant('beat'),
    stream: fc.string({ maxLength: 40 }),
    at: instant,
    site: fc.string(),
    observedAt: fc.dictionary(id, fc.option(instant)),
  }),
);

describe('a live frame', () => {
  test('that the contract accepts is read as the contract reads it', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const frame = JSON.stringify(sent);
        const expected = LiveMessage.parse(JSON.parse(frame));
        expect(parseLiveMessage(frame)).toEqual(expected);
      }),
    );
  });

  test('that is broken anywhere never breaks the page', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.jsonValue(), (sent, at, other) => {
        const keys = Object.keys(sent);
        const key = keys[at % keys.length] ?? 'type';
        const broken = { ...sent, [key]: other };
        const expected = LiveMessage.safeParse(broken);
        const read = parseLiveMessage(JSON.stringify(broken));
        expect(expected.success ? expected.data : read).toEqual(read);
      }),
    );
  });

  const lot = { lot: 'a', counts: [], observedAt: null, fact: null };
  const count = { class: 'general', vacant: 1, occupied: 1, unknown: 1 };
  const bay = { bay: 'a-1', state: 'vacant', since: 1 };
  test.each([
    ['a negative count', { lots: [{ ...lot, counts: [{ ...count, vacant: -1 }] }] }],
    ['a part of a bay', { lots: [{ ...lot, counts: [{ ...count, vacant: 0.5 }] }] }],
    ['a number as a text', { lots: [{ ...lot, counts: [{ ...count, vacant: '1' }] }] }],
    ['a class that nobody knows', { lots: [{ ...lot, counts: [{ ...count, class: 'vip' }] }] }],
    ['no word on when it was observed', { lots: [{ ...lot, observedAt: undefined }] }],
    ['a bay that is perhaps vacant', { bays: [{ ...bay, state: 'perhaps' }] }],
    ['bays that are no list', { bays: bay }],
    ['a number that is none', { seq: 'first' }],
  ])('with %s is refused', (_, wrong) => {
    const delta = { type: 'delta', stream: 's', channel: 'lots', seq: 1, at: 1, lots: [lot] };
    expect(parseLiveMessage(JSON.stringify(delta))).toEqual(delta);
    expect(parseLiveMessage(JSON.stringify({ ...delta, ...wrong }))).toBeUndefined();
  });

  test('that is no JSON, or another kind of message, is refused', () => {
    for (const frame of ['', '{', 'null', '[]', '"beat"', '{"type":"later"}', '{"type":"beat"}'])
      expect(parseLiveMessage(frame)).toBeUndefined();
  });

  test('may say more than this page knows', () => {
    const beat = { type: 'beat', stream: 's', at: 1, site: 'r', observedAt: {} };
    expect(parseLiveMessage(JSON.stringify({ ...beat, later: true }))).toEqual(beat);
  });
});

describe('the seed’s answers', () => {
  const site = readSeed();
  const index = siteIndexOf(effectiveSiteOf(site, [], 0));
  const answers = site.lots.map((lot) => lotAnswerOf(index, lot, undefined, AT));
  const wire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  test('are read as the contract reads them', () => {
    const sent = wire({ simulated: true, at: new Date(AT).toISOString(), lots: answers });
    expect(parsed(lotsAnswer, sent)).toEqual(LotsAnswer.parse(sent));
    expect(parsed(siteAnswer, wire(siteAnswerOf(index, AT)))).toEqual(
      SiteAnswer.parse(wire(siteAnswerOf(index, AT))),
    );
  });

  test('come back from the page that they were written into', () => {
    const input = {
      language: 'ko',
      site: siteAnswerOf(index, AT),
      markets: site.markets.map(marketAnswerOf),
      lots: answers,
      market: undefined,
      form: 'page',
      publicUrl: undefined,
      arriveInMinutes: 10,
      far: false,
      flows: [],
      at: AT,
    };
    expect(parsed(pageInput, wire(input))).toEqual(input);
  });

  test('give every piece of the backdrop and every bay', () => {
    const read = parseBackdrop(wire(BackdropAnswer.parse(backdropAnswerOf(index))));
    const asSaid = site.backdrop.map(({ properties, geometry }) => ({
      what: properties.what,
      name: properties.name,
      type: geometry.type,
      positions: positionsOf(
        geometry.type === 'Polygon'
          ? (geometry.coordinates[0] ?? []).slice(0, -1)
          : geometry.coordinates,
      ),
    }));
    const rounded = (shapes: readonly BackdropShape[] = []) =>
      shapes
        .map(({ positions, ...shape }) => {
          const sixDigits = positions.map((each) => each.map((degrees) => degrees.toFixed(6)));
          return JSON.stringify([shape.what, shape.name, shape.type, sixDigits]);
        })
        .toSorted();
    expect(rounded(read)).toEqual(rounded(asSaid));
    // What is painted over what goes by kinds; within a kind it is the site file's order.
    const streets = (shapes: readonly BackdropShape[] = []) =>
      shapes.filter(({ what }) => what === 'street');
    expect(streets(read).map((each) => rounded([each]))).toEqual(
      streets(asSaid).map((each) => rounded([each])),
    );
    const all = parseBays(wire(baysAnswerOf(index)));
    expect(all?.map(({ bay }) => bay)).toEqual(site.bays.map(({ properties }) => properties.id));
  });
});

test.each([
  ['none', 'nothing'],
  ['steps that are texts', { stepDeg: 1e-6, groups: [{ ...aGroup(), steps: ['1', '2'] }] }],
  ['a kind that nobody knows', { stepDeg: 1e-6, groups: [{ ...aGroup(), what: 'castle' }] }],
  ['no steps', { stepDeg: 1e-6, groups: [{ ...aGroup(), steps: undefined }] }],
])('a backdrop with %s is refused', (_, wrong) => {
  const right = { stepDeg: 1e-6, groups: [aGroup()] };
  expect(parseBackdrop(right)?.map(({ positions }) => positions.length)).toEqual([2]);
  expect(parseBackdrop(wrong)).toBeUndefined();
});

function aGroup() {
  return { what: 'street', type: 'LineString', lengths: [2], steps: [1, 2, 3, 4] };
}

test('a lot’s answer with a wrong or missing field is refused', () => {
  const good = aLot('a');
  expect(parsed(lotsAnswer, { simulated: false, at: 'x', lots: [good] })?.lots).toEqual([
    LotAnswer.parse(good),
  ]);
  for (const key of Object.keys(good)) {
    for (const wrong of [undefined, 7.5, { nothing: 1 }]) {
      const lot = { ...good, [key]: wrong };
      if (LotAnswer.safeParse(lot).success) continue;
      expect([key, parsed(lotsAnswer, { simulated: false, at: 'x', lots: [lot] })]).toEqual([
        key,
        undefined,
      ]);
    }
  }
});

test('nothing is read from an object’s prototype', () => {
  const sent: unknown = JSON.parse('{"__proto__":{"language":"ko"}}');
  expect(parsed(pageInput, sent)).toBeUndefined();
  const page = {
    language: 'ko',
    site: aSite(),
    markets: [aMarket()],
    lots: [],
    form: 'page',
    arriveInMinutes: 10,
    far: false,
    flows: [],
    at: AT,
  };
  expect(parsed(pageInput, page)).toEqual({ ...page, market: undefined, publicUrl: undefined });
});
