import { between, logNormal } from './random.ts';
import type { Random } from './random.ts';

/** What a sensor can notice of a car. */
export interface Vehicle {
  readonly roofMm: number;
  /** What its iron adds to the field at the bay's node, in µT. */
  readonly fieldUt: Field;
}
export type Field = readonly [x: number, y: number, z: number];

const VAN_SHARE = 0.08;
/** A roof closer than this to the sensor hangs in no lot: such a van does not fit in. */
const LEAST_CLEARANCE_MM = 400;
/**
 * Median vehicle step of in-ground nodes 13–27 µT; ratios to it p5 0.28, p25 0.63, p75 1.7,
 * p95 3.3: a log-normal with σ 0.75 (0.29, 0.60, 1.66, 3.4).
 */
const STEP_MEDIAN_UT = 20;
const STEP_SIGMA = 0.75;

/** A car (roof 1.35–1.95 m) or, where one fits, sometimes a van (2.1–2.6 m). */
export function drawVehicle(random: Random, mountMm: number): Vehicle {
  const isVan = random() < VAN_SHARE;
  const vanMm = between(random, 2_100, 2_600);
  const carMm = between(random, 1_350, 1_950);
  const roofMm = isVan && vanMm + LEAST_CLEARANCE_MM <= mountMm ? vanMm : carMm;
  const stepUt = logNormal(random, STEP_MEDIAN_UT, STEP_SIGMA);
  return { roofMm, fieldUt: scaled(drawDirection(random), stepUt) };
}

/** A unit vector of any direction, all equally likely. */
export function drawDirection(random: Random): Field {
  const z = between(random, -1, 1);
  const turn = between(random, 0, 2 * Math.PI);
  const flat = Math.sqrt(1 - z * z);
  return [flat * Math.cos(turn), flat * Math.sin(turn), z];
}

export function scaled([x, y, z]: Field, by: number): Field {
  return [by * x, by * y, by * z];
}

export function added(a: Field, b: Field): Field {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
