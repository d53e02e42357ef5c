import type { WeekAnswer, WeekCell } from '#contract/history.ts';

/** Shades of occupancy, the first from 0: few enough that each is told from its neighbours. */
export const SHADES_FROM = [0, 0.2, 0.4, 0.6, 0.8] as const;

type Seen = Pick<WeekCell, 'occupancy' | 'unknownBaySeconds'>;

/** `unknown`: nobody observed it; `outside`: the range has no such hour, or not yet. */
export type HeatLook = number | 'unknown' | 'outside';

export function heatLookOf({ occupancy, unknownBaySeconds }: Seen): HeatLook {
  if (occupancy === null) return unknownBaySeconds > 0 ? 'unknown' : 'outside';
  return SHADES_FROM.findLastIndex((from) => occupancy >= from);
}

/** Of all hours together; undefined: there is no such time. */
export function weekCoverageOf({ cells }: Pick<WeekAnswer, 'cells'>): number | undefined {
  let [observed, unknown] = [0, 0];
  for (const { observedBaySeconds, unknownBaySeconds } of cells) {
    observed += observedBaySeconds;
    unknown += unknownBaySeconds;
  }
  return observed + unknown === 0 ? undefined : observed / (observed + unknown);
}

/** Whole percents downwards: what is not all observed is never called so. */
export const wholeShareOf = (coverage: number): number => Math.floor(100 * coverage) / 100;
