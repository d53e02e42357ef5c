import { besideDensity, lnSum, ownDensity } from './step-odds.ts';

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

/** What a bay shows beside a vehicle that does not move it. */
const NOTHING = Math.log(0.15);
/** A step that nothing explains. */
const STRAY = Math.log(0.01);

/** So often somebody else moves in a bay beside within the same seconds, while a street is busy. */
const AT_ONCE = Math.log(0.02);

/** How well vehicles that move in these bays explain what each of `bays` shows. */
function explain(sources: readonly number[], bays: ReadonlyMap<number, SteppedBay>): number {
  let sum = (sources.length - 1) * AT_ONCE;
  const beside = new Set<number>();
  for (const source of sources) {
    const own = bays.get(source);
    if (own === undefined || own.ratio === 0) return Number.NEGATIVE_INFINITY;
    sum += own.moves + ownDensity(own.ratio);
    for (const near of own.beside) beside.add(near);
  }
  for (const [bay, { ratio }] of bays) {
    if (sources.includes(bay)) continue;
    if (beside.has(bay)) sum += ratio === 0 ? NOTHING : besideDensity(ratio);
    else if (ratio > 0) sum += STRAY;
  }
  return sum;
}

/** What the bays around make of a step. */
export interface Whose {
  /** Log-odds that it is this bay's own and not that of a bay beside it. */
  readonly ownOdds: number;
  /** How much likelier what the bays beside it show is when a vehicle moved here than when none did. */
  readonly support: number;
  /** No bay beside it shows as much: only such a step tells how large this node's own are. */
  readonly isLargest: boolean;
}

/** Nobody is around. */
export const NOBODYS: Whose = {
  ownOdds: Number.POSITIVE_INFINITY,
  support: 0,
  isLargest: true,
};

const MOST_SUPPORT = 5;

export function whoseStep(bay: number, bays: ReadonlyMap<number, SteppedBay>): Whose {
  const own = bays.get(bay);
  if (own === undefined) return NOBODYS;
  let others = Number.NEGATIVE_INFINITY;
  let mine = explain([bay], bays);
  let support = 0;
  let isLargest = true;
  for (const other of own.beside) {
    others = lnSum(others, explain([other], bays));
    mine = lnSum(mine, explain([bay, other], bays));
    const ratio = bays.get(other)?.ratio ?? 0;
    isLargest &&= own.ratio > ratio;
    support += ratio === 0 ? NOTHING : besideDensity(ratio) - STRAY;
  }
  return {
    ownOdds: others === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : mine - others,
    support: Math.min(MOST_SUPPORT, support),
    isLargest,
  };
}
