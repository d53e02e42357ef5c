import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { inventedCityFile } from '../invented-city.ts';

const BAYS = 5_000;
const BAYS_A_LOT = 250;
const BAYS_A_ROW = 100;
/** Longitude and latitude: 2.7 m and 6 m, so that all bays are on a phone's screen at once. */
const STEP_DEG: readonly [number, number] = [0.00003, 0.000055];
const CORNER: readonly [number, number] = [127.146, 35.8114];

interface Feature {
  readonly properties: { readonly kind: string; readonly id: string };
  readonly geometry: object | null;
}

/** 5,000 bays of 20 lots, side by side in a field of 270 m by 300 m, the market in its middle. */
export function denseCity(): Site {
  const file = inventedCityFile({ bays: BAYS, baysPerLot: BAYS_A_LOT, baysPerGateway: 250 });
  const { features } = file as { readonly features: readonly Feature[] };
  const read = readSite({ ...file, features: features.map(moved) });
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 5)));
  return read.site;
}

function moved(feature: Feature): Feature {
  const { kind, id } = feature.properties;
  const number = Number(/\d+$/.exec(id)?.[0] ?? 0) - 1;
  if (kind === 'market') return { ...feature, geometry: point(placeOf(BAYS / 2 + BAYS_A_ROW / 2)) };
  if (kind === 'lot') {
    return { ...feature, geometry: point(placeOf((number + 0.5) * BAYS_A_LOT)) };
  }
  if (kind !== 'bay') return feature;
  const [west, south] = placeOf(number);
  const [east, north] = [west + 0.8 * STEP_DEG[0], south + 0.8 * STEP_DEG[1]];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { ...feature, geometry: { type: 'Polygon', coordinates: [ring] } };
}

const placeOf = (bay: number): readonly [number, number] => [
  CORNER[0] + STEP_DEG[0] * (bay % BAYS_A_ROW),
  CORNER[1] + STEP_DEG[1] * Math.floor(bay / BAYS_A_ROW),
];

const point = (coordinates: readonly number[]) => ({ type: 'Point', coordinates });
