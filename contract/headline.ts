import type { Band, ClassCount } from './bay.ts';
import { isOpenToAnyCar } from './bay-class.ts';
import { freshnessOf } from './deadlines.ts';
import type { Freshness } from './deadlines.ts';

/** Counts over a set of classes. */
export interface Counts {
  readonly vacant: number;
  readonly occupied: number;
  readonly unknown: number;
}

export function countsOf(classes: readonly ClassCount[]): Counts {
  const sum = { vacant: 0, occupied: 0, unknown: 0 };
  for (const { vacant, occupied, unknown } of classes) {
    sum.vacant += vacant;
    sum.occupied += occupied;
    sum.unknown += unknown;
  }
  return sum;
}

/** The bays that a driver of whom nothing is known may use. */
export function anyCarCountsOf(classes: readonly ClassCount[]): Counts {
  return countsOf(classes.filter((count) => isOpenToAnyCar(count.class)));
}

/**
 * What one may say of a lot in one word and one number. The number is vacant bays open to any car,
 * never more. `noLiveCount`: the lot has no sensors; `noData`: it has, and nothing is known now.
 */
export type Headline =
  | { readonly kind: 'noLiveCount' }
  | { readonly kind: 'noData'; readonly unknown: number }
  | {
      readonly kind: 'count';
      readonly vacant: number;
      readonly unknown: number;
      readonly band: Band;
      readonly freshness: Exclude<Freshness, 'stale'>;
      readonly ageMs: number;
    }
  | {
      readonly kind: 'band';
      readonly band: Band;
      readonly freshness: Exclude<Freshness, 'stale'>;
      readonly ageMs: number;
    };

/** Few: at most a tenth of the known bays, and at least this many bays still count as few. */
const FEW_SHARE = 0.1;
const FEW_AT_LEAST = 3;
/** Full is said only while hardly any bay is unknown. */
const FULL_UNKNOWN_SHARE = 0.02;

/** undefined: nothing free is known, and too much is unknown to call it full. */
export function bandOf({ vacant, occupied, unknown }: Counts): Band | undefined {
  const sensed = vacant + occupied + unknown;
  if (vacant === 0) {
    const isKnown = occupied > 0 && unknown <= Math.max(1, FULL_UNKNOWN_SHARE * sensed);
    return isKnown ? 'full' : undefined;
  }
  return vacant <= Math.max(FEW_AT_LEAST, FEW_SHARE * sensed) ? 'few' : 'plenty';
}

/** Counts of a lot as they travel live. */
export interface LiveCounts {
  readonly counts: readonly ClassCount[];
  readonly observedAt: number | null;
  readonly fact: {
    readonly vacant?: number | undefined;
    readonly band?: Band | undefined;
    readonly sensedAt: number;
    readonly validUntil: number;
  } | null;
}

/** `now`: by the server's clock. `sensed`: whether the lot has sensors or a counter at all. */
export function headlineOf(live: LiveCounts | undefined, sensed: boolean, now: number): Headline {
  if (!sensed) return { kind: 'noLiveCount' };
  const fromFact = live?.fact ? factHeadline(live.fact, now) : undefined;
  const any = anyCarCountsOf(live?.counts ?? []);
  const ageMs = live?.observedAt == null ? undefined : Math.max(0, now - live.observedAt);
  const freshness = freshnessOf(ageMs);
  const known = any.vacant + any.occupied > 0;
  const band = bandOf(any);
  if (!known || band === undefined || freshness === 'stale' || ageMs === undefined) {
    return fromFact ?? { kind: 'noData', unknown: any.vacant + any.occupied + any.unknown };
  }
  return { kind: 'count', vacant: any.vacant, unknown: any.unknown, band, freshness, ageMs };
}

function factHeadline(
  fact: NonNullable<LiveCounts['fact']>,
  now: number,
): Exclude<Headline, { kind: 'noLiveCount' | 'noData' }> | undefined {
  if (now >= fact.validUntil) return undefined;
  const ageMs = Math.max(0, now - fact.sensedAt);
  const freshness = 'live';
  if (fact.vacant === undefined) {
    return fact.band ? { kind: 'band', band: fact.band, freshness, ageMs } : undefined;
  }
  const band = fact.vacant === 0 ? 'full' : fact.vacant <= FEW_AT_LEAST ? 'few' : 'plenty';
  return { kind: 'count', vacant: fact.vacant, unknown: 0, band, freshness, ageMs };
}
