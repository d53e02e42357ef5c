import type { ObservedSpan } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { Placements } from '../site/placements.ts';
import { BayPlaces } from './bay-places.ts';
import { yieldToOthers } from './turns.ts';
import { clippedSpans, mergedSpans } from './spans.ts';

/** When each bay of any version was observed by its own gateway, from the log; bay by bay. */
export async function* observedSpans(
  log: EventLogReader,
  placements: Placements,
  { from, to }: TimeWindow,
): AsyncIterable<ObservedSpan> {
  for (const bay of [...placements.keys()].toSorted()) {
    const placed = placements.get(bay) ?? [];
    const [first] = placed;
    if (!first) continue;
    const places = new BayPlaces(placed, first.lot);
    const spans = log
      .recordsOfBay(bay, from, log.lastPosition)
      .flatMap((logged) => places.spansOf(logged));
    for (const span of clippedSpans(mergedSpans(spans), from, to)) {
      yield { bay, from: span.from, until: span.until };
    }
    await yieldToOthers();
  }
}
