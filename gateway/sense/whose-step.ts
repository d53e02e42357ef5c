/**
 * Whose vehicle a step comes from: one that parks moves its neighbours' fields too, by 0.05 to 0.25
 * of a median step at the same time, and those have other neighbours than it. Pure arithmetic on
 * ratios to each node's own median step.
 */
export interface SteppedBay {
  /** Of a step or a displacement at that time; 0: none. */
  readonly ratio: number;
  readonly beside: readonly number[];
  /** ln of how likely its own vehicle moves now, by all else that is known of it. */
  readonly moves: number;
}

/** ln density, by ln ratio, of a vehicle's own step: log-normal, with a few that are weak. */
function ownDensity(ratio: number): number {
  const z = Math.log(ratio / 1.02) / 0.75;
  const usual = (0.9 * Math.exp(-(z * z) / 2)) / (0.75 * 2.5066);
  const weak = ratio > 0.02 && ratio < 0.4 ? 0.1 / Math.log(20) : 1e-4;
  return Math.log(usual + weak);
}

/** ln density of what a neighbour's vehicle does here. */
function besideDensity(ratio: number): number {
  const z = Math.log(ratio / 0.14) / 0.55;
  return Math.log(Math.exp(-(z * z) / 2) / (0.55 * 2.5066) + 1e-6);
}

/** What a bay shows beside a vehicle that does not move it. */
const NOTHING = Math.log(0.15);
/** A step that nothing explains. */
const STRAY = Math.log(0.01);

/** How well a vehicle in `source` explains what each of `bays` shows. */
function explains(source: number, bays: ReadonlyMap<number, SteppedBay>): number {
  const own = bays.get(source);
  if (own === undefined || own.ratio === 0) return Number.NEGATIVE_INFINITY;
  let sum = own.moves + ownDensity(own.ratio);
  for (const [bay, { ratio }] of bays) {
    if (bay === source) continue;
    const isBeside = own.beside.includes(bay);
    if (isBeside) sum += ratio === 0 ? NOTHING : besideDensity(ratio);
    else if (ratio > 0) sum += STRAY;
  }
  return sum;
}

/** Log-odds that a bay's step is its own and not that of a bay beside it. */
export function ownAmong(bay: number, bays: ReadonlyMap<number, SteppedBay>): number {
  const own = bays.get(bay);
  if (own === undefined) return 0;
  let best = Number.NEGATIVE_INFINITY;
  for (const other of own.beside) best = Math.max(best, explains(other, bays));
  return best === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : explains(bay, bays) - best;
}
