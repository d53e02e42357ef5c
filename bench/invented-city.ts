import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';

export interface CitySize {
  readonly bays: number;
  readonly baysPerLot: number;
  readonly baysPerGateway: number;
}

const BAYS_A_LINE = 32;
const MIDDLE: readonly [number, number] = [127.1475, 35.8127];
/** Lots stand on a square grid of this many a row. */
const LOTS_A_ROW = 50;
const DEGREES_A_LOT = 0.002;
const DEGREES_A_BAY = 0.00003;

/** A city that nobody lives in, read as from its file: full lots in a grid, lines of 32 bay nodes. */
export function inventedCity(size: CitySize): Site {
  const text = JSON.stringify(inventedCityFile(size));
  const read = readSite(JSON.parse(text));
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 5)));
  return read.site;
}

/** The same as its site file says it. */
export function inventedCityFile({ bays, baysPerLot, baysPerGateway }: CitySize): object {
  const bayIds = Array.from({ length: bays }, (_, at) => `b-${at + 1}`);
  const lotCount = Math.ceil(bays / baysPerLot);
  const features: object[] = [
    feature('market', point(MIDDLE), { id: 'market', name: { ko: '시장', en: 'Market' } }),
  ];
  for (let at = 0; at < lotCount; at += 1) features.push(lot(at, bays, baysPerLot));
  for (const [at, id] of bayIds.entries()) {
    const lotAt = Math.floor(at / baysPerLot);
    const properties = { id, lot: `lot-${lotAt + 1}`, label: `${at + 1}`, class: 'general' };
    features.push(feature('bay', square(lotPlace(lotAt), at % baysPerLot), properties));
  }
  for (const [at, own] of chunked(bayIds, baysPerGateway).entries()) {
    features.push(gateway(`gw-${at + 1}`, own));
  }
  return { type: 'FeatureCollection', binjari: HEADER, features };
}

const HEADER = {
  format: 1,
  site: 'bench',
  name: { ko: '없는 도시', en: 'A city that is not' },
  validFrom: '2026-01-01T00:00:00+09:00',
  languages: ['ko', 'en'],
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  country: 'KR',
  holidayRegion: 'KR',
  handOff: ['kakao'],
};

function lot(at: number, bays: number, baysPerLot: number): object {
  return feature('lot', point(lotPlace(at)), {
    id: `lot-${at + 1}`,
    name: { ko: `주차장 ${at + 1}`, en: `Lot ${at + 1}` },
    lotKind: 'offStreet',
    capacity: Math.min(baysPerLot, bays - at * baysPerLot),
    instrumented: 'full',
    tariff: { kind: 'free' },
    openHours: 'always',
    chargedHours: 'always',
    outsideHours: 'unknown',
  });
}

function gateway(id: string, bays: readonly string[]): object {
  const lines = chunked(bays, BAYS_A_LINE).map((own, line) => ({
    id: `line-${line + 1}`,
    port: { kind: 'simulated' },
    baud: 115_200,
    parity: 'even',
    sensors: own.map((bay, address) => ({
      id: `${bay}-node`,
      bay,
      kind: 'pbn1',
      address: address + 1,
      mountMm: 2_600,
    })),
  }));
  return { type: 'Feature', geometry: null, properties: { kind: 'gateway', id, lines } };
}

const lotPlace = (at: number): readonly [number, number] => [
  MIDDLE[0] + DEGREES_A_LOT * (at % LOTS_A_ROW),
  MIDDLE[1] + DEGREES_A_LOT * Math.floor(at / LOTS_A_ROW),
];

const point = (coordinates: readonly number[]) => ({ type: 'Point', coordinates });

function square([lng, lat]: readonly [number, number], step: number): object {
  const west = lng + DEGREES_A_BAY * (step + 1);
  const [east, north] = [west + 0.8 * DEGREES_A_BAY, lat + 2 * DEGREES_A_BAY];
  const corners = [
    [west, lat],
    [east, lat],
    [east, north],
    [west, north],
    [west, lat],
  ];
  return { type: 'Polygon', coordinates: [corners] };
}

function feature(kind: string, geometry: object, properties: object): object {
  return {
    type: 'Feature',
    geometry,
    properties: { kind, positionQuality: 'surveyed', ...properties },
  };
}

function chunked<T>(all: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size));
  return chunks;
}
