import { bandOf, countsOf } from '#contract/headline.ts';
import type { BayLive, LotLive } from '#contract/live.ts';

/** How a lot stands now, of all its sensed bays. Times are epoch milliseconds. */
export interface LotPressure {
  readonly vacant: number;
  readonly occupied: number;
  readonly unknown: number;
  /** Occupied ÷ known bays, 0 to 1; null: none is known. */
  readonly pressure: number | null;
  /** When the last vacant bay went; null: the lot is not full, or nobody can say so. */
  readonly fullSince: number | null;
}

export function lotPressureOf(
  live: LotLive,
  bays: readonly BayLive[],
  capacity: number,
  now: number,
): LotPressure {
  const counts = countsOf(live.counts);
  const { vacant, occupied } = counts;
  const isFull = bandOf(counts) === 'full';
  const sinces = bays.filter(({ state }) => state === 'occupied').map(({ since }) => since);
  return {
    ...counts,
    pressure:
      vacant + occupied > 0 ? occupied / (vacant + occupied) : countedPressure(live, capacity, now),
    fullSince: isFull && sinces.length > 0 ? Math.max(...sinces) : null,
  };
}

/** Of a lot that a counter or an attendant tells of. */
function countedPressure({ fact }: LotLive, capacity: number, now: number): number | null {
  if (fact?.vacant === undefined || now >= fact.validUntil) return null;
  return Math.min(1, Math.max(0, (capacity - fact.vacant) / capacity));
}

/** The fullest first; what nobody knows comes after all that somebody does. */
export function byPressure(
  a: Pick<LotPressure, 'pressure' | 'unknown'>,
  b: Pick<LotPressure, 'pressure' | 'unknown'>,
): number {
  return (b.pressure ?? -1) - (a.pressure ?? -1) || b.unknown - a.unknown;
}
