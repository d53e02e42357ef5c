import { isShownSingly } from '#contract/bay-class.ts';
import type { BayClass } from '#contract/bay-class.ts';
import type { BayNow } from '../live/live-book.ts';

/** How a bay is drawn. `private`: the server tells nobody its state; that is not "not known". */
export type BayLook = BayNow | 'private';

/** Marks as they fit into a bay: the first sign of the English word, or the usual one. */
const MARKS: Readonly<Record<BayClass, string>> = {
  general: '',
  disabled: '♿\u{fe0e}',
  family: 'F',
  compact: 'C',
  ev: 'E',
  pregnant: 'P',
  senior: 'S',
  resident: 'R',
  monthly: 'M',
  staff: 'W',
  loading: 'L',
};

export const isPrivate = (bayClass: BayClass): boolean => !isShownSingly(bayClass);

export function bayLookOf(bayClass: BayClass, state: BayNow): BayLook {
  return isPrivate(bayClass) ? 'private' : state;
}

export function bayMarkOf(bayClass: BayClass, look: BayLook): string {
  return look === 'unknown' ? '?' : MARKS[bayClass];
}
