import { readSite } from '#contract/site-check.ts';

/** One good site, to be spoilt: a market, two lots, an entrance, three bays, a gateway, a sign. */
export type Json = { [key: string]: unknown };

export interface SiteFileJson {
  type: unknown;
  binjari: Json;
  features: { type: unknown; geometry: Json | null; properties: Json; [more: string]: unknown }[];
}

/** Where features stand in `features`. */
export const AT = {
  market: 0,
  lot: 1,
  plainLot: 2,
  entrance: 3,
  bay1: 4,
  bay2: 5,
  bay3: 6,
  gateway: 7,
  sign: 8,
};

const MIDDLES = { korean: [127.1475, 35.8127], european: [2.3522, 48.8566] } as const;

export function aSiteFile(where: keyof typeof MIDDLES = 'korean'): SiteFileJson {
  const [lng, lat] = MIDDLES[where];
  const at = (step: number) => ({
    type: 'Point',
    coordinates: [lng + step / 1e4, lat + step / 1e4],
  });
  const feature = (step: number, properties: Json) => ({
    type: 'Feature',
    geometry: at(step),
    properties,
  });
  const lot = (id: string, capacity: number, instrumented: string) => ({
    kind: 'lot',
    id,
    name: { ko: '남부', en: 'Nambu' },
    lotKind: 'offStreet',
    positionQuality: 'official',
    capacity,
    instrumented,
    tariff: { kind: 'free' },
    openHours: 'always',
    chargedHours: 'always',
    outsideHours: 'unknown',
  });
  const bay = (id: string) => ({
    kind: 'bay',
    id,
    lot: 'nambu',
    label: id,
    class: 'general',
    positionQuality: 'surveyed',
  });
  const sensor = (n: number) => ({
    id: `s-${n}`,
    bay: `nambu-${n}`,
    kind: 'pbn1',
    address: n,
    mountMm: 2_500,
  });
  return {
    type: 'FeatureCollection',
    binjari: {
      format: 1,
      site: 'jeonju',
      name: { ko: '전주', en: 'Jeonju' },
      validFrom: '2026-11-01T00:00:00+09:00',
      languages: ['ko', 'en'],
      currency: 'KRW',
      timeZone: 'Asia/Seoul',
      country: 'KR',
      holidayRegion: 'KR',
      handOff: ['kakao', 'geo'],
    },
    features: [
      feature(0, {
        kind: 'market',
        id: 'nambu',
        name: { ko: '남부시장' },
        positionQuality: 'official',
      }),
      feature(1, lot('nambu', 3, 'full')),
      feature(2, lot('plain', 40, 'none')),
      feature(3, { kind: 'entrance', id: 'gate', lot: 'nambu', positionQuality: 'official' }),
      feature(4, bay('nambu-1')),
      feature(5, bay('nambu-2')),
      feature(6, bay('nambu-3')),
      {
        type: 'Feature',
        geometry: null,
        properties: {
          kind: 'gateway',
          id: 'gw-1',
          lines: [
            {
              id: 'line-1',
              port: { kind: 'simulated' },
              baud: 19_200,
              parity: 'even',
              sensors: [sensor(1), sensor(2)],
            },
            {
              id: 'line-2',
              port: { kind: 'serial', path: '/dev/serial/by-id/x' },
              baud: 9_600,
              parity: 'none',
              sensors: [{ id: 's-3', bay: 'nambu-3', kind: 'maxbotix', mountMm: 2_500 }],
            },
          ],
        },
      },
      feature(8, {
        kind: 'sign',
        id: 'sign-1',
        name: { ko: '입구' },
        rows: [{ lot: 'nambu', arrow: 'left' }],
        positionQuality: 'official',
      }),
    ],
  };
}

/** A part of a feature, to be changed in place. */
export function partOf(json: unknown, ...path: (string | number)[]): Json {
  let part = json as Json;
  for (const step of path) part = (part as Record<string | number, Json>)[step] as Json;
  return part;
}

export type Spoil = (file: SiteFileJson) => void;

export const problemsOf = (file: unknown) => {
  const read = readSite(file);
  return read.ok ? [] : read.problems;
};

export const spoilt = (spoil: Spoil, where: 'korean' | 'european' = 'korean') => {
  const file = aSiteFile(where);
  spoil(file);
  return file;
};

export const properties = (file: SiteFileJson, at: number) =>
  partOf(file.features[at], 'properties');

export const setAt =
  (at: number, changes: object): Spoil =>
  (file) =>
    void Object.assign(properties(file, at), changes);

export const place =
  (at: number, geometry: object | null): Spoil =>
  (file) =>
    void Object.assign(file.features[at] ?? {}, { geometry });

export const point = (...coordinates: unknown[]) => ({ type: 'Point', coordinates });
