import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';

/**
 * A street for tests of what the api answers: a full lot of `bays` bays (the first for disabled
 * drivers, the last a resident's), a counted lot, and one of which only the address is known.
 */
export function aStreet(street: StreetWith = {}): Site {
  const read = readSite(aStreetFile(street));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.site;
}

interface StreetWith {
  readonly bays?: number;
  readonly tiles?: boolean | 'file';
  /** Of its market, by the last digits of dates. */
  readonly marketDays?: readonly number[];
}

/** The same as its site file says it. */
export function aStreetFile({ bays = 6, tiles = false, marketDays }: StreetWith = {}): object {
  return {
    type: 'FeatureCollection',
    binjari: {
      format: 1,
      site: 'street',
      name: { ko: '시험 거리', en: 'Test street' },
      validFrom: '2026-01-01T00:00:00+09:00',
      languages: ['ko', 'en'],
      currency: 'KRW',
      timeZone: 'Asia/Seoul',
      country: 'KR',
      holidayRegion: 'KR',
      handOff: ['kakao'],
      ...(tiles === 'file' && {
        tiles: { kind: 'pmtiles', url: 'street.pmtiles', attribution: 'tiles by example' },
      }),
      ...(tiles === true && {
        tiles: {
          kind: 'raster',
          url: 'https://{s}.tiles.example/{z}/{x}/{y}.png',
          attribution: 'tiles by example',
        },
      }),
    },
    features: [
      feature(
        'market',
        {
          id: 'market',
          name: { ko: '시장', en: 'Market' },
          ...(marketDays && { marketDays }),
        },
        point(0),
      ),
      lot('full', { capacity: bays, instrumented: 'full' }),
      lot('counted', { capacity: 40, instrumented: 'counter' }),
      lot('bare', { capacity: 20, instrumented: 'none' }),
      feature('entrance', { id: 'full-in', lot: 'full' }, point(2)),
      ...Array.from({ length: bays }, (_, at) =>
        feature(
          'bay',
          { id: bayId(at), lot: 'full', label: `A-${at}`, class: classOf(at, bays) },
          {
            type: 'Polygon',
            coordinates: [square(at)],
          },
        ),
      ),
      {
        type: 'Feature',
        geometry: null,
        properties: {
          kind: 'gateway',
          id: 'gateway-1',
          lines: Array.from({ length: Math.ceil(bays / 32) }, (_, line) => ({
            id: `line-${line}`,
            port: { kind: 'simulated' },
            baud: 115_200,
            parity: 'even',
            sensors: Array.from({ length: Math.min(32, bays - 32 * line) }, (_, at) => ({
              id: `node-${32 * line + at}`,
              bay: bayId(32 * line + at),
              kind: 'pbn1',
              address: at + 1,
              mountMm: 2_600,
            })),
          })),
        },
      },
      feature(
        'sign',
        { id: 'sign', name: { ko: '안내', en: 'Sign' }, rows: [{ lot: 'full', arrow: 'left' }] },
        point(3),
      ),
      feature(
        'sign',
        {
          id: 'sign-counted',
          name: { ko: '계수', en: 'Counted' },
          rows: [{ lot: 'counted', arrow: 'right' }],
        },
        point(4),
      ),
      {
        type: 'Feature',
        geometry: { type: 'LineString', coordinates: [at(0), at(5)] },
        properties: { kind: 'backdrop', what: 'street' },
      },
    ],
  };
}

export const bayId = (at: number): string => `full-${at + 1}`;

function classOf(at: number, bays: number): string {
  if (at === 0) return 'disabled';
  return at === bays - 1 ? 'resident' : 'general';
}

const at = (step: number): [number, number] => [127.14 + 0.0001 * step, 35.81];
const point = (step: number) => ({ type: 'Point', coordinates: at(step) });

function square(step: number): [number, number][] {
  const [lng, lat] = at(step);
  const side = 0.00002;
  return [
    [lng, lat],
    [lng + side, lat],
    [lng + side, lat + side],
    [lng, lat + side],
    [lng, lat],
  ];
}

function lot(id: string, said: object): object {
  return feature(
    'lot',
    {
      id,
      name: { ko: '주차장', en: `Lot ${id}` },
      lotKind: 'offStreet',
      tariff: { kind: 'free' },
      openHours: 'always',
      chargedHours: 'always',
      outsideHours: 'unknown',
      source: 'a test',
      ...said,
    },
    point(1),
  );
}

function feature(kind: string, said: object, geometry: object): object {
  const quality = kind === 'backdrop' ? {} : { positionQuality: 'surveyed' };
  return { type: 'Feature', geometry, properties: { kind, ...quality, ...said } };
}
