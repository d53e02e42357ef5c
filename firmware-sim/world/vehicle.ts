import { drawDirection } from './field.ts';
import type { Field } from './field.ts';
import { between } from './random.ts';
import type { Random } from './random.ts';

export type VehicleKind = 'car' | 'van' | 'two-wheeler';

/** What sensors can notice of what stands in a bay. */
export interface Vehicle {
  readonly kind: VehicleKind;
  readonly roofMm: number;
  /** Share of pings that bring no echo, for as long as it stands as it stands. */
  readonly dropOuts: number;
  /** What it adds to the field, as a ratio to the node's median step, and where to. */
  readonly stepRatio: number;
  readonly direction: Field;
  /** It draws from a charger where there is one. */
  readonly isElectric: boolean;
  /** For whatever else is drawn of its stay. */
  readonly key: number;
}

/** Which vehicles come. */
export interface VehicleMix {
  /** Share of cars whose sloped glass is under the sensor. */
  readonly glassShare: number;
  readonly twoWheelerShare: number;
  /** Share of cars that leave hardly a step. */
  readonly weakShare: number;
  /** No car leaves less of a step. */
  readonly leastStepRatio: number;
  readonly electricShare: number;
}

const VAN_SHARE = 0.08;
/** A roof closer than this to the sensor hangs in no lot: such a van does not fit in. */
const LEAST_CLEARANCE_MM = 400;
const ROOF_DROP_OUTS = 0.01;

/** Vehicle steps of in-ground nodes as ratios to their median; the ends are ours. */
const STEP_RATIOS: readonly (readonly [share: number, ratio: number])[] = [
  [0, 0.03],
  [0.01, 0.06],
  [0.05, 0.28],
  [0.25, 0.63],
  [0.5, 1],
  [0.75, 1.7],
  [0.95, 3.3],
  [1, 6],
];

/** The ratio that this share of vehicles stay below; between the table's rows by the logarithm. */
export function stepRatioOf(share: number): number {
  const above = STEP_RATIOS.findIndex(([each]) => each > share);
  const [from, low] = STEP_RATIOS[above - 1] ?? [0, 0.03];
  const [to, high] = STEP_RATIOS[above] ?? [1, 6];
  return low * (high / low) ** ((share - from) / (to - from));
}

/** A car (roof 1.35–1.95 m), a van where one fits (2.1–2.6 m), or something on two wheels. */
export function drawVehicle(random: Random, mountMm: number, mix: VehicleMix): Vehicle {
  const isTwoWheeler = random() < mix.twoWheelerShare;
  const isVan = random() < VAN_SHARE;
  const vanMm = between(random, 2_100, 2_600);
  const carMm = between(random, 1_350, 1_950);
  const isWeak = random() < mix.weakShare;
  const ratio = stepRatioOf(random());
  const weakRatio = between(random, 0.03, 0.2);
  const hasGlass = random() < mix.glassShare;
  const glass = between(random, 0.1, 0.4);
  const low = between(random, 700, 1_250);
  const thin = between(random, 0.05, 0.3);
  const one = {
    direction: drawDirection(random),
    isElectric: random() < mix.electricShare,
    key: Math.floor(random() * 0x7fff_ffff),
  };
  if (isTwoWheeler) {
    // A saddle and a handlebar scatter the echo; there is little iron.
    return { ...one, kind: 'two-wheeler', roofMm: low, dropOuts: glass, stepRatio: thin };
  }
  const fits = isVan && vanMm + LEAST_CLEARANCE_MM <= mountMm;
  return {
    ...one,
    kind: fits ? 'van' : 'car',
    roofMm: fits ? vanMm : carMm,
    dropOuts: hasGlass && !fits ? glass : ROOF_DROP_OUTS,
    stepRatio: Math.max(mix.leastStepRatio, isWeak ? weakRatio : ratio),
  };
}
