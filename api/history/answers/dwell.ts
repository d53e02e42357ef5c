import type { Stay } from '#contract/stay.ts';
import type { Dwell } from '../history.ts';

/** Why a stay has no exact length; undefined: it has one. */
export function censorOf(stay: Stay): keyof Dwell['censored'] | undefined {
  const { arrivedAfter, arrivedBefore, departedAfter, departedBefore, anomalous, openLeft } = stay;
  if (openLeft) return 'openLeft';
  if (departedBefore === null) return 'open';
  const isExact = arrivedAfter === arrivedBefore && departedAfter === departedBefore;
  return anomalous || !isExact ? 'uncertain' : undefined;
}

/** Where in `count` ascending lengths a share lies, from 0, by nearest rank. */
export const rankOf = (share: number, count: number): number =>
  Math.max(0, Math.ceil(share * count) - 1);

export function dwellOf(stays: Iterable<Stay>, shares: readonly number[]): Dwell {
  const censored = { open: 0, openLeft: 0, uncertain: 0 };
  const lengthsMs: number[] = [];
  for (const stay of stays) {
    const why = censorOf(stay);
    if (why !== undefined) censored[why] += 1;
    else lengthsMs.push((stay.departedBefore ?? stay.arrivedBefore) - stay.arrivedBefore);
  }
  lengthsMs.sort((a, b) => a - b);
  return {
    count: lengthsMs.length,
    sumMs: lengthsMs.reduce((sum, lengthMs) => sum + lengthMs, 0),
    percentilesMs: shares.map((share) => lengthsMs[rankOf(share, lengthsMs.length)]),
    censored,
  };
}
