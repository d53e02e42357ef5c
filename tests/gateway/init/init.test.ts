import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeDistance } from '#contract/distance-frame.ts';
import { distanceM, positionsOf } from '#contract/geo.ts';
import type { Position } from '#contract/geo.ts';
import { encodeMaxbotix } from '#contract/maxbotix-frame.ts';
import { problemLines, readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { countryOf } from '#gateway/init/country.ts';
import { draftSite, idFrom } from '#gateway/init/draft-site.ts';
import type { DraftLine, SiteWish } from '#gateway/init/draft-site.ts';
import { FamilyEar } from '#gateway/init/hear-family.ts';
import { positionFrom } from '#gateway/init/position.ts';
import { initTexts } from '#gateway/init/texts.ts';

describe('a position', () => {
  test.each([
    ['35.8127, 127.1475'],
    [' 35.8127,127.1475 '],
    ['(35.8127, 127.1475)'],
    ['geo:35.8127,127.1475?z=17'],
    ['https://www.google.com/maps/@35.8127,127.1475,17z'],
    ['https://www.google.com/maps?q=35.8127,127.1475'],
    [
      'https://www.google.com/maps/place/Nambu+Market/@35.9,127.9,17z/data=!3m1!4b1!4m6!3m5!1s0x0:0x0!8m2!3d35.8127!4d127.1475',
    ],
    ['https://maps.google.com/?ll=35.8127%2C127.1475&z=17'],
    ['https://map.kakao.com/link/map/남부시장,35.8127,127.1475'],
    ['https://map.kakao.com/link/to/남부시장,35.8127,127.1475'],
    ['https://map.naver.com/?lng=127.1475&lat=35.8127'],
    ['https://maps.apple.com/?ll=35.8127,127.1475'],
    ['https://www.openstreetmap.org/#map=17/35.8127/127.1475'],
    ['https://www.openstreetmap.org/?mlat=35.8127&mlon=127.1475#map=17/35.9/127.9'],
  ])('is read from %s', (text) => {
    expect(positionFrom(text)).toEqual([127.1475, 35.8127]);
  });

  test.each([
    ['남부시장'],
    ['Nambu Market, Jeonju'],
    ['127.1475, 35.8127'],
    ['35.8127'],
    ['35,8127 127,1475'],
    ['https://maps.app.goo.gl/abcdef'],
    [''],
  ])('is not guessed from %j', (text) => {
    expect(positionFrom(text)).toBeUndefined();
  });

  test('in the southern and western half keeps its signs', () => {
    expect(positionFrom('-33.4372, -70.6506')).toEqual([-70.6506, -33.4372]);
  });
});

const nowhere: Position = [0, 0];

const wish = fc.record({
  id: fc.constant('my-street'),
  name: fc.constantFrom('My street', '우리 거리'),
  place: fc.constantFrom('', 'Jeonju, Nambu'),
  timeZone: fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'America/New_York', 'UTC'),
  language: fc.constantFrom('ko' as const, 'en' as const),
  bays: fc.integer({ min: 1, max: 500 }),
  position: fc.option(
    fc.tuple(
      fc.double({ min: -179, max: 179, noNaN: true }),
      fc.double({ min: -80, max: 80, noNaN: true }),
    ),
    { nil: undefined },
  ),
});

const lineOf = (path: string, sensors: number) => ({
  port: { kind: 'serial' as const, path },
  baud: 19_200,
  parity: 'none' as const,
  sensors: Array.from({ length: sensors }, (_, at) => ({
    kind: 'urm15' as const,
    address: at + 1,
    mountMm: 2_500,
  })),
});

/** The drafted site, read as any site is. */
function siteOf(wished: SiteWish, lines: readonly DraftLine[]): Site {
  const read = readSite(draftSite(wished, lines, '2026-11-24T00:00:00Z'));
  if (!read.ok) throw new Error(problemLines(read.problems).join('\n'));
  return read.site;
}

describe('the site that is written', () => {
  test('passes the check whatever was answered, stands around its place and is not simulated', () => {
    fc.assert(
      fc.property(wish, fc.integer({ min: 1, max: 32 }), (wished, found) => {
        const sensors = Math.min(found, wished.bays);
        const site = siteOf(wished, [lineOf('/dev/ttyUSB0', sensors)]);
        expect(site.simulated).toBe(false);
        expect(site.bays).toHaveLength(wished.bays);
        expect(site.lots[0]?.properties.instrumented).toBe(
          sensors === wished.bays ? 'full' : 'partial',
        );
        const [from = nowhere, to = nowhere] = positionsOf(
          site.bays[0]?.geometry.coordinates ?? nowhere,
        );
        expect(distanceM(from, to)).toBeCloseTo(2.5, 1);
        expect(distanceM(from, wished.position ?? nowhere)).toBeLessThan(200);
      }),
      { numRuns: 15 },
    );
  });

  test('gives the bays their sensors over several lines in order', () => {
    const lines = [lineOf('/dev/ttyUSB0', 1), lineOf('/dev/ttyUSB1', 2)];
    const site = siteOf(
      {
        id: 'a',
        name: 'A',
        place: '',
        timeZone: 'Asia/Seoul',
        language: 'ko',
        bays: 3,
        position: undefined,
      },
      lines,
    );
    const [gateway] = site.gateways;
    expect(
      gateway?.properties.lines.map(({ id, sensors }) => [id, sensors.map(({ bay }) => bay)]),
    ).toEqual([
      ['line-1', ['a-1']],
      ['line-2', ['a-2', 'a-3']],
    ]);
    expect(site.lots[0]?.properties.positionQuality).toBe('unknown');
  });

  test.each([
    ['My Street', 'my-street'],
    ['Café  №7', 'cafe-no7'],
    ['남부시장', undefined],
    ['남부 Market 2', 'market-2'],
    ['x'.repeat(80), 'x'.repeat(30)],
  ])('is called by what its name %j leaves: %j', (name, id) => {
    expect(idFrom(name)).toBe(id);
  });

  test.each([
    ['Asia/Seoul', 'KR'],
    ['Europe/Berlin', 'DE'],
    ['America/Los_Angeles', 'US'],
    ['UTC', undefined],
  ])('of the zone %s is in %s', (zone, country) => {
    expect(countryOf(zone)).toBe(country);
  });
});

describe('what a port says by itself', () => {
  const heard = (...chunks: Uint8Array[]) => {
    const ear = new FamilyEar();
    for (const chunk of chunks) ear.hear(chunk);
    return ear.heard().kinds;
  };
  const times = (count: number, frame: Uint8Array) => Array.from({ length: count }, () => frame);

  test('is named by its frames, also when it is heard from the middle on', () => {
    const frames = times(4, encodeDistance(2_480));
    expect(heard(...frames)).toEqual(['distance-frame']);
    expect(heard(encodeDistance(2_480).slice(2), ...frames)).toEqual(['distance-frame']);
    expect(heard(...times(4, encodeDistance(0xfffd)))).toEqual(['distance-frame']);
    expect(heard(...times(4, encodeMaxbotix(2_480)))).toEqual(['maxbotix']);
  });

  test.each([
    ['248, which is a height in cm', 248, 'maxbotix-cm'],
    ['098, which is a height in inches', 98, 'maxbotix-inch'],
  ])('in three digits is first taken for what hangs in a garage: %s', (_what, counts, kind) => {
    const kinds = heard(...times(4, encodeMaxbotix(counts, 'maxbotix-cm')));
    expect(kinds[0]).toBe(kind);
    expect(kinds.toSorted()).toEqual(['maxbotix-cm', 'maxbotix-inch']);
  });

  test('is nobody’s when it is noise, a text or two frames', () => {
    expect(heard(new TextEncoder().encode('boot: ready\r\n'.repeat(20)))).toEqual([]);
    expect(heard(...times(2, encodeDistance(2_480)))).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 40, maxLength: 200 }), (noise) => {
        expect(heard(noise)).toEqual([]);
      }),
    );
  });
});

test('the dialogue says everything in Korean and in English', () => {
  expect(Object.keys(initTexts.ko)).toEqual(Object.keys(initTexts.en));
  const untranslated = Object.entries(initTexts.ko).filter(
    ([, text]) => typeof text === 'string' && !/[가-힣]/.test(text),
  );
  expect(untranslated).toEqual([]);
});
