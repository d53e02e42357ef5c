import type { BayId } from '#contract/ids.ts';

/** One car in one bay, [arrivedAt, departedAt), by the street's own clock; may never depart. */
export interface Visit {
  readonly arrivedAt: number;
  readonly departedAt: number;
}

/** Where cars come from: a seed, a recording, or nowhere. */
export interface Traffic {
  /**
   * The bay's visits in order, never overlapping, from the first that ends after `from`: one that
   * began before `from` is standing then.
   */
  visits(bay: BayId, from: number): Iterator<Visit, undefined>;
}

export const noTraffic: Traffic = {
  visits: () => ([] as Visit[]).values() as Iterator<Visit, undefined>,
};
