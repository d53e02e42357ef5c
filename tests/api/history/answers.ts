import type { HistoryReader, LotHour } from '#api/history/history.ts';
import type { Site } from '#contract/site-check.ts';
import type { ObservedSpan, Stay } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { ExpectedHistory } from './oracle.ts';
import { sortedStays } from './oracle.ts';

export const EVER: TimeWindow = { from: 0, to: 4_102_444_800_000 };

/** All that a history answers, in the oracle's order. */
export async function answersOf(history: HistoryReader, site: Site): Promise<ExpectedHistory> {
  const lots = site.lots.map(({ properties }) => properties.id).toSorted();
  const lotHours: LotHour[] = [];
  for (const lot of lots) lotHours.push(...(await history.lotHours(lot, EVER)));
  const stays = sortedStays(await all<Stay>(history.stays(EVER)));
  const observed = await all<ObservedSpan>(history.observedSpans(EVER));
  return { lotHours, stays, observed };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
