import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceM, middleOf, walkMinutesOf } from '#contract/geo.ts';
import type { Position } from '#contract/geo.ts';
import { BAY_CLASSES } from '#contract/bay-class.ts';
import { isWithinHours } from '#contract/hours.ts';
import { problemLines, readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { SiteFile } from '#contract/site.ts';
import type { Lot } from '#contract/site.ts';
import { calendarOf } from '#contract/calendar.ts';
import { readSimulation } from '#firmware-sim/simulation-file.ts';
import { drawLot } from '../scripts/jeonju-seed/layout.ts';
import { isPlaced } from '../scripts/jeonju-seed/lots.ts';
import { LOT_PLANS } from '../scripts/jeonju-seed/plan.ts';
import { jeonjuSimulationText, jeonjuSiteText } from '../scripts/jeonju-seed/site.ts';
import { readSources } from '../scripts/jeonju-seed/sources.ts';
import { priceMinorOf } from './support/price.ts';
import { isWithinBox, overlappingPairs } from './support/outlines.ts';

const seeds = join(import.meta.dirname, '../seeds');
const textOf = (path: string) => readFileSync(join(seeds, path), 'utf8');
const sources = readSources(join(seeds, 'jeonju/source'));

function siteOf(folder: string): Site {
  const read = readSite(JSON.parse(textOf(`${folder}/site.geojson`)));
  if (!read.ok) throw new Error(problemLines(read.problems).join('\n'));
  return read.site;
}

const jeonju = siteOf('jeonju');
const elsewhere = siteOf('elsewhere');
const bothSites: [name: string, site: Site][] = [
  ['jeonju', jeonju],
  ['elsewhere', elsewhere],
];

const sensorsOf = (site: Site) =>
  site.gateways.flatMap((gateway) => gateway.properties.lines.flatMap((line) => line.sensors));
const baysOf = (site: Site, lot: Lot) =>
  site.bays.filter((bay) => bay.properties.lot === lot.properties.id);
const lotOf = (id: string): Lot => {
  const lot = jeonju.lots.find((candidate) => candidate.properties.id === id);
  if (lot === undefined) throw new Error(`no lot "${id}"`);
  return lot;
};
const idOf = ({ properties }: Site['lots'][number] | Site['bays'][number]): string => properties.id;
const isSensed = (lot: Lot) => ['full', 'partial'].includes(lot.properties.instrumented);

describe.each(bothSites)('the site of %s', (folder, site) => {
  test('is one file of the published format', () => {
    expect(SiteFile.safeParse(JSON.parse(textOf(`${folder}/site.geojson`))).success).toBe(true);
  });

  test('has a sensor in every bay of a full lot and in some bays of a partial one', () => {
    const sensed = new Set<string>(sensorsOf(site).map((sensor) => sensor.bay));
    const wrong = site.lots.filter((lot) => {
      const { capacity, instrumented } = lot.properties;
      const count = baysOf(site, lot).filter((bay) => sensed.has(bay.properties.id)).length;
      if (instrumented === 'full') return count !== capacity;
      return instrumented === 'partial' ? count === 0 || count >= capacity : count !== 0;
    });
    expect(wrong.map(idOf)).toEqual([]);
  });

  test('uses each id of a bay, a sensor and a lot once', () => {
    const ids = [
      ...site.lots.map((lot) => lot.properties.id),
      ...site.bays.map((bay) => bay.properties.id),
      ...sensorsOf(site).map((sensor) => sensor.id),
    ];
    expect(new Set<string>(ids).size).toBe(ids.length);
    const labels = site.bays.map((bay) => `${bay.properties.lot} ${bay.properties.label}`);
    expect(new Set(labels).size).toBe(labels.length);
  });

  test('gives no two lots a name that reads the same', () => {
    const names = site.lots.flatMap((lot) =>
      Object.values(lot.properties.name).map((name) => name.replaceAll(/[^\p{L}\p{N}]/gu, '')),
    );
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test('draws every bay inside the bounding box of its lot', () => {
    const outside = site.lots.flatMap((lot) => {
      const box = ringOf(lot.geometry);
      return baysOf(site, lot).filter((bay) => !isWithinBox(ringOf(bay.geometry), box));
    });
    expect(outside.map(idOf)).toEqual([]);
  });

  test('draws no bay over another and no lot over another', () => {
    expect(overlapping(site.bays)).toEqual([]);
    expect(overlapping(site.lots.filter((lot) => lot.geometry.type === 'Polygon'))).toEqual([]);
  });

  test('says of every position how far it may be trusted, and official of no drawn bay', () => {
    const placed = [...site.markets, ...site.lots, ...site.entrances, ...site.bays, ...site.signs];
    const qualities = new Set(placed.map((feature) => feature.properties.positionQuality));
    expect([...qualities].filter((quality) => quality === 'unknown')).toEqual([]);
    expect(site.bays.every((bay) => bay.properties.positionQuality === 'approximate')).toBe(true);
  });

  test('gives every lot with sensors an entrance at its edge', () => {
    const without = site.lots.filter(isSensed).filter((lot) =>
      site.entrances.every(({ geometry, properties }) => {
        const corners = ringOf(lot.geometry).map((at) => distanceM(at, geometry.coordinates));
        return properties.lot !== lot.properties.id || Math.min(...corners) > 30;
      }),
    );
    expect(without.map(idOf)).toEqual([]);
  });

  test('has a market within a walk of 20 minutes of every lot with sensors or a counter', () => {
    const live = site.lots.filter((lot) => lot.properties.instrumented !== 'none');
    const remote = live.filter((lot) =>
      site.markets.every((market) => {
        const straightM = distanceM(
          middleOf(lot.geometry.coordinates),
          market.geometry.coordinates,
        );
        return walkMinutesOf(straightM) > 20;
      }),
    );
    expect(remote.map(idOf)).toEqual([]);
  });

  test('says a demand from 0 to 1 for each lot with sensors, and for no other', () => {
    const lots = new Set<string>(site.lots.map((lot) => lot.properties.id));
    const simulation = readSimulation(join(seeds, folder), lots);
    expect(Number.isSafeInteger(simulation.seed)).toBe(true);
    expect(Object.keys(simulation.demand).toSorted()).toEqual(
      site.lots
        .filter(isSensed)
        .map((lot) => lot.properties.id as string)
        .toSorted(),
    );
    const demands = Object.values(simulation.demand);
    expect(Math.min(...demands)).toBeGreaterThan(0);
    expect(Math.max(...demands)).toBeLessThanOrEqual(1);
  });
});

describe('the seed of Jeonju', () => {
  test('is what the generator makes of the public facts, byte for byte', () => {
    expect(jeonjuSiteText(sources) === textOf('jeonju/site.geojson')).toBe(true);
    expect(jeonjuSimulationText()).toBe(textOf('jeonju/simulation.json'));
  });

  test('has the five registered markets at their official points', () => {
    expect(jeonju.markets.map((market) => market.properties.id).toSorted()).toEqual([
      'jungang-sangga',
      'moraenae',
      'nambu',
      'seobu',
      'sinjungang',
    ]);
    expect(jeonju.markets.map((market) => market.geometry.coordinates)).toEqual(
      sources.markets.map((row) => row.position),
    );
  });

  test('shows lots of all four kinds, and most without a live count', () => {
    const counts = { none: 0, partial: 0, full: 0, counter: 0 };
    for (const lot of jeonju.lots) counts[lot.properties.instrumented] += 1;
    expect(counts).toEqual({ none: 86, partial: 6, full: 5, counter: 1 });
  });

  test('leaves out the lots whose published point is shared, and names them in its document', () => {
    const unplaced = sources.municipalLots.filter((row) => !isPlaced(row, sources.municipalLots));
    const shown = new Set<string>(jeonju.lots.map((lot) => lot.properties.id));
    const document = readFileSync(join(seeds, '../docs/seeds.md'), 'utf8');
    expect(unplaced).toHaveLength(12);
    expect(unplaced.filter((row) => shown.has(row.id))).toEqual([]);
    expect(unplaced.filter((row) => !document.includes(row.nameKo))).toEqual([]);
    expect(jeonju.lots).toHaveLength(106 - 12 + 4);
  });

  test('keeps every published point of a lot in the middle of its drawn edge', () => {
    const moved = sources.municipalLots
      .filter((row) => isPlaced(row, sources.municipalLots))
      .filter((row) => distanceM(middleOf(lotOf(row.id).geometry.coordinates), row.position) > 0.1);
    expect(moved).toEqual([]);
  });

  test('keeps lines short enough for a reading a second, and free-running sensors alone', () => {
    const lines = jeonju.gateways.flatMap((gateway) => gateway.properties.lines);
    for (const line of lines) {
      expect(line.sensors.length).toBeLessThanOrEqual(line.baud > 19_200 ? 32 : 24);
      const isBus = line.sensors[0]?.kind === 'pbn1';
      expect([line.baud >= 19_200, line.parity]).toEqual(isBus ? [true, 'even'] : [false, 'none']);
    }
    const kinds = new Set(lines.flatMap((line) => line.sensors.map((sensor) => sensor.kind)));
    expect([...kinds].toSorted()).toEqual(['distance-frame', 'maxbotix', 'pbn1']);
    expect(jeonju.simulated).toBe(true);
    expect(sensorsOf(jeonju).length).toBeGreaterThanOrEqual(320);
    expect(sensorsOf(jeonju).length).toBeLessThanOrEqual(380);
  });

  test('has bays of every class, three to five in a hundred of them for disabled drivers', () => {
    const shareOf = (name: string) =>
      jeonju.bays.filter((bay) => bay.properties.class === name).length / jeonju.bays.length;
    // Nobody publishes which of them somebody holds by the month.
    expect(BAY_CLASSES.filter((name) => shareOf(name) === 0)).toEqual(['monthly', 'staff']);
    expect(shareOf('disabled')).toBeGreaterThan(0.03);
    expect(shareOf('disabled')).toBeLessThan(0.05);
    expect(shareOf('general')).toBeGreaterThan(0.6);
  });

  test.each([
    ['nosongcheon', { base: 900, add: 450, cap: 9_000 }, 3_600],
    ['hanok-1', { base: 1_200, add: 600, cap: 14_400 }, 4_800],
    ['hwasan-gym', { base: 500, add: 250, cap: 5_000 }, 2_000],
  ])('charges at %s what the list says', (id, { base, add, cap }, twoHours) => {
    const { tariff } = lotOf(id).properties;
    expect(tariff).toMatchObject({
      kind: 'charged',
      baseMinutes: 30,
      baseMinor: base,
      addMinutes: 15,
      addMinor: add,
      dayCapMinor: cap,
    });
    expect(priceMinorOf(tariff, 120)).toBe(twoHours);
    expect(priceMinorOf(tariff, 24 * 60)).toBe(cap);
  });

  test('lets 15 minutes at Seobu go free and charges the sixteenth', () => {
    const { tariff } = lotOf('seobu-parking').properties;
    const prices = [15, 16, 31, 600].map((stay) => priceMinorOf(tariff, stay));
    expect(prices).toEqual([0, 500, 1_000, 6_000]);
  });

  test('does not invent a tariff for Moraenae', () => {
    expect(lotOf('moraenae-parking').properties.tariff).toEqual({ kind: 'unknown' });
  });

  test('takes the published hours as charged hours and claims nothing of the rest', () => {
    const { chargedHours, openHours, outsideHours } = lotOf('city-hall-street').properties;
    const at = (clock: string) => Date.parse(`2025-03-04T${clock}:00+09:00`);
    const isCharged = (clock: string) =>
      isWithinHours(chargedHours, at(clock), calendarOf('Asia/Seoul', []));
    expect(['06:59', '07:00', '18:59', '19:00'].map(isCharged)).toEqual([false, true, true, false]);
    expect([openHours, outsideHours]).toEqual(['always', 'unknown']);
  });

  test('points each sign at lots with sensors or a counter within a kilometre', () => {
    const wrong = jeonju.signs.flatMap(({ geometry, properties }) =>
      properties.rows.filter((row) => {
        const lot = lotOf(row.lot);
        const straightM = distanceM(middleOf(lot.geometry.coordinates), geometry.coordinates);
        return lot.properties.instrumented === 'none' || straightM > 1_000;
      }),
    );
    expect(wrong).toEqual([]);
    expect(jeonju.signs.length).toBeGreaterThanOrEqual(3);
  });

  test('stays small and reads one feature a line', () => {
    const text = textOf('jeonju/site.geojson');
    expect(Buffer.byteLength(text)).toBeLessThan(1_500_000);
    const lines = text.trimEnd().split('\n').slice(1, -1);
    for (const line of lines) expect(() => JSON.parse(line.replace(/,$/, ''))).not.toThrow();
  });
});

describe('the seed elsewhere', () => {
  test('keeps its clock through daylight saving', () => {
    const [lot] = elsewhere.lots;
    if (lot === undefined) throw new Error('no lot');
    const { chargedHours } = lot.properties;
    const isCharged = (instant: string) =>
      isWithinHours(chargedHours, Date.parse(instant), calendarOf(elsewhere.header.timeZone, []));
    expect(isCharged('2025-01-15T06:59:00Z')).toBe(false);
    expect(isCharged('2025-01-15T07:00:00Z')).toBe(true);
    expect(isCharged('2025-07-15T05:59:00Z')).toBe(false);
    expect(isCharged('2025-07-15T06:00:00Z')).toBe(true);
  });

  test('charges in cents', () => {
    const [lot] = elsewhere.lots;
    expect(lot && priceMinorOf(lot.properties.tariff, 51)).toBe(90 + 2 * 60);
  });

  test('has a general bay, one for disabled drivers and one with a charger', () => {
    expect(elsewhere.bays.map((bay) => bay.properties.class).toSorted()).toEqual([
      'disabled',
      'ev',
      'general',
    ]);
  });
});

describe('a lot drawn by a plan', () => {
  test('has its bays beside each other and inside its edge, however it is turned', () => {
    const rowLength = fc.integer({ min: 1, max: 8 });
    const section = fc.record({
      zone: fc.constantFrom('A', 'B', 'C'),
      rows: fc.oneof(fc.tuple(rowLength), fc.tuple(rowLength, rowLength)),
    });
    const plans = fc.record({
      turnDeg: fc.integer({ min: -180, max: 180 }),
      shape: fc.constant('lot' as const),
      sections: fc.uniqueArray(section, { minLength: 1, maxLength: 3, selector: (s) => s.zone }),
      sectionGapM: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(plans, (drawn) => {
        const [plan] = LOT_PLANS;
        if (plan === undefined) throw new Error('no plan');
        const { bays, ring } = drawLot({ ...plan, ...drawn, classes: {} }, [127.14, 35.82]);
        const rings = bays.map((bay) => bay.ring);
        expect(overlappingPairs(rings)).toEqual([]);
        expect(rings.filter((bay) => !isWithinBox(bay, ring))).toEqual([]);
        expect(bays).toHaveLength(drawn.sections.flatMap((s) => s.rows).reduce((a, b) => a + b, 0));
      }),
      { numRuns: 60 },
    );
  });
});

type Outlined = Site['bays'][number] | Site['lots'][number];

function ringOf(geometry: Outlined['geometry']): readonly Position[] {
  return geometry.type === 'Polygon' ? (geometry.coordinates[0] ?? []) : [geometry.coordinates];
}

function overlapping(features: readonly Outlined[]): string[] {
  const pairs = overlappingPairs(features.map((feature) => ringOf(feature.geometry)));
  return pairs.map(([one, other]) =>
    [features[one], features[other]].map((feature) => feature?.properties.id).join(' and '),
  );
}
