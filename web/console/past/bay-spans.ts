import type { BayDay } from '#contract/history.ts';
import { DAY_MS } from '../instants.ts';

/** What is drawn in a bay's row: parts of the day, 0 to 1. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
  /** `long`: a car that has stood for more than a day: it, or its sensor, is to be looked at. */
  readonly look: 'stay' | 'long' | 'unseen';
}

/** A day's stays and what nobody saw. `from`, `to`, `now`: epoch milliseconds. */
export function rowSpansOf(
  { stays, known }: Pick<BayDay, 'stays' | 'known'>,
  { from, to }: { readonly from: number; readonly to: number },
  now: number,
): RowSpan[] {
  const end = Math.min(to, Math.max(from, now));
  const part = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const spans: RowSpan[] = stays.map((stay) => {
    const begin = Date.parse(stay.arrivedBefore);
    const ends = stay.departedAfter === null ? end : Date.parse(stay.departedAfter);
    const isLong = Math.max(ends, begin) - begin > DAY_MS;
    return { from: part(begin), to: part(ends), look: isLong ? 'long' : 'stay' };
  });
  let seenTo = from;
  for (const { from: begin, to: ends } of known) {
    if (Date.parse(begin) > seenTo) {
      spans.push({ from: part(seenTo), to: part(Date.parse(begin)), look: 'unseen' });
    }
    seenTo = Math.max(seenTo, Date.parse(ends));
  }
  if (seenTo < end) spans.push({ from: part(seenTo), to: part(end), look: 'unseen' });
  return spans.filter((span) => span.to > span.from);
}
