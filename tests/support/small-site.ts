import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A site for tests: one market, lots with bays in a row, one gateway a lot with simulated lines of
 * eight nodes at 115200 baud. Written as a site folder, so that real processes can read it.
 */
export interface SmallSite {
  readonly folder: string;
  readonly lots: readonly string[];
  readonly bays: readonly string[];
  readonly gateways: readonly string[];
  /** `gateway.line` of every line. */
  readonly lines: readonly {
    readonly gateway: string;
    readonly line: string;
    readonly bays: readonly string[];
  }[];
}

const MARKET: [number, number] = [127.1475, 35.8127];
const BAYS_A_LINE = 8;
const DEGREES_A_BAY = 0.00003;

/**
 * Nobody walks or pushes a cart below a sensor. What passes by is drawn from the real time, so that
 * a test would find a bay hidden for ten minutes of some day at some hour, and only then. Nobody comes
 * on two wheels, and no car is without iron: such a one is taken for a cart until it has stood for 45 s.
 * No roof is of sloped glass: of ten pings it answers as few as six, and of ten seconds' stay too few.
 */
const CALM = {
  about: 'Clear weather, nobody on foot or on two wheels, no sloped glass under a sensor',
  peoplePerHour: 0,
  cartsPerHour: 0,
  passingCarsPerHour: 0,
  passingTrucksPerHour: 0,
  twoWheelerShare: 0,
  glassShare: 0,
  leastStepRatio: 0.1,
};

export function writeSmallSite(
  folder: string,
  { lots = 2, baysPerLot = 16 }: { lots?: number; baysPerLot?: number } = {},
): SmallSite {
  const lotIds = Array.from({ length: lots }, (_, at) => `lot-${at + 1}`);
  const features: object[] = [
    feature({ kind: 'market', id: 'market', name: { ko: '시험시장', en: 'Test Market' } }, MARKET),
  ];
  const bays: string[] = [];
  const lines: { gateway: string; line: string; bays: string[] }[] = [];
  for (const [at, lot] of lotIds.entries()) {
    const lat = MARKET[1] + 0.0008 * (at + 1);
    const gateway = `gw-${at + 1}`;
    const lotBays = Array.from({ length: baysPerLot }, (_, bay) => `${lot}-${bay + 1}`);
    bays.push(...lotBays);
    features.push(lotFeature(lot, at, baysPerLot, [MARKET[0], lat]));
    for (const [bay, id] of lotBays.entries()) {
      const label = `A-${String(bay + 1).padStart(3, '0')}`;
      const bayClass = bay === 0 ? 'disabled' : 'general';
      const properties = { kind: 'bay', id, lot, label, class: bayClass };
      features.push(feature(properties, [MARKET[0] + DEGREES_A_BAY * (bay + 1), lat]));
    }
    const gatewayLines = chunked(lotBays, BAYS_A_LINE).map((lineBays, line) => ({
      id: `line-${line + 1}`,
      bays: lineBays,
    }));
    lines.push(...gatewayLines.map((line) => ({ gateway, line: line.id, bays: line.bays })));
    features.push({
      type: 'Feature',
      geometry: null,
      properties: {
        kind: 'gateway',
        id: gateway,
        lines: gatewayLines.map((line) => ({
          id: line.id,
          port: { kind: 'simulated' },
          baud: 115_200,
          parity: 'even',
          sensors: line.bays.map((bay, address) => ({
            id: `${bay}-node`,
            bay,
            kind: 'pbn1',
            address: address + 1,
            mountMm: 2_600,
          })),
        })),
      },
    });
  }
  mkdirSync(join(folder, 'scenarios'), { recursive: true });
  writeFileSync(join(folder, 'site.geojson'), JSON.stringify(siteFile(features), null, 1));
  writeFileSync(join(folder, 'scenarios', 'calm.json'), JSON.stringify(CALM));
  writeFileSync(join(folder, 'simulation.json'), JSON.stringify({ scenario: 'calm' }));
  return { folder, lots: lotIds, bays, gateways: lotIds.map((_, at) => `gw-${at + 1}`), lines };
}

function siteFile(features: readonly object[]): object {
  return {
    type: 'FeatureCollection',
    binjari: {
      format: 1,
      site: 'small',
      name: { ko: '시험 거리', en: 'Test street' },
      validFrom: '2026-01-01T00:00:00+09:00',
      languages: ['ko', 'en'],
      currency: 'KRW',
      timeZone: 'Asia/Seoul',
      country: 'KR',
      holidayRegion: 'KR',
      handOff: ['kakao', 'naver'],
    },
    features,
  };
}

function lotFeature(lot: string, at: number, capacity: number, position: number[]): object {
  return feature(
    {
      kind: 'lot',
      id: lot,
      name: { ko: `시험 주차장 ${at + 1}`, en: `Test lot ${at + 1}` },
      lotKind: 'offStreet',
      capacity,
      instrumented: 'full',
      tariff: { kind: 'charged', baseMinutes: 30, baseMinor: 700, addMinutes: 15, addMinor: 350 },
      openHours: 'always',
      chargedHours: 'always',
      outsideHours: 'unknown',
    },
    position,
  );
}

function feature(properties: object, coordinates: readonly number[]): object {
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates },
    properties: { ...properties, positionQuality: 'surveyed' },
  };
}

function chunked<T>(all: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size));
  return chunks;
}
