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

/** Sums up stays one after another; a stay is one number, so that years of a city fit. */
export class DwellTally {
  #lengthsMs = new Float64Array(1_024);
  #count = 0;
  #isSorted = false;
  readonly #censored = { open: 0, openLeft: 0, uncertain: 0 };

  add(stay: Stay): void {
    const why = censorOf(stay);
    if (why !== undefined) {
      this.#censored[why] += 1;
      return;
    }
    if (this.#count === this.#lengthsMs.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#lengthsMs);
      this.#lengthsMs = larger;
    }
    this.#lengthsMs[this.#count] = (stay.departedBefore ?? stay.arrivedBefore) - stay.arrivedBefore;
    this.#count += 1;
    this.#isSorted = false;
  }

  dwell(shares: readonly number[]): Dwell {
    const lengthsMs = this.#sorted();
    return {
      count: lengthsMs.length,
      sumMs: lengthsMs.reduce((sum, lengthMs) => sum + lengthMs, 0),
      percentilesMs: shares.map((share) => lengthsMs[rankOf(share, lengthsMs.length)]),
      censored: { ...this.#censored },
    };
  }

  /** How many exact lengths lie below each of the ascending limits and not below the one before; last the rest. */
  histogram(limitsMs: readonly number[]): number[] {
    const counts = Array.from({ length: limitsMs.length + 1 }, () => 0);
    let at = 0;
    for (const lengthMs of this.#sorted()) {
      while (lengthMs >= (limitsMs[at] ?? Infinity)) at += 1;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return counts;
  }

  #sorted(): Float64Array {
    const lengthsMs = this.#lengthsMs.subarray(0, this.#count);
    if (!this.#isSorted) lengthsMs.sort();
    this.#isSorted = true;
    return lengthsMs;
  }
}

export function dwellOf(stays: Iterable<Stay>, shares: readonly number[]): Dwell {
  const tally = new DwellTally();
  for (const stay of stays) tally.add(stay);
  return tally.dwell(shares);
}
