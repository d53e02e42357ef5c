import type { ClassCount } from '#contract/bay.ts';
import { BAY_CLASSES, isOpenToAnyCar } from '#contract/bay-class.ts';
import type { BayClass } from '#contract/bay-class.ts';
import { freshnessOf } from '#contract/deadlines.ts';
import type { LotNow } from './lot-now.ts';
import type { Moment, Verdict } from './verdict.ts';

/** Vacant bays of one class that is not open to any car. */
export interface Reserved {
  readonly bayClass: BayClass;
  readonly vacant: number;
}

/** Only classes of which something is known now; never of a closed lot, never from stale data. */
export function reservedOf(now: LotNow | undefined, verdict: Verdict, moment: Moment): Reserved[] {
  if (now?.observedAt == null || verdict.look === 'closed') return [];
  const stale =
    freshnessOf(moment.at - now.observedAt) === 'stale' ||
    freshnessOf(moment.contactAgeMs) === 'stale';
  if (stale) return [];
  return now.counts
    .filter((count) => !isOpenToAnyCar(count.class) && isKnown(count))
    .map((count) => ({ bayClass: count.class, vacant: count.vacant }))
    .toSorted((a, b) => BAY_CLASSES.indexOf(a.bayClass) - BAY_CLASSES.indexOf(b.bayClass));
}

const isKnown = ({ vacant, occupied }: ClassCount): boolean => vacant + occupied > 0;
