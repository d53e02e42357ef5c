import type { BayId } from '#contract/ids.ts';
import type { ObservedSpan } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { EventLogReader } from '../log/event-log.ts';
import { yieldToOthers } from './turns.ts';
import { clippedSpans, mergedSpans } from './spans.ts';

/** When each of these bays was observed by its own gateway, from the log; bay by bay. */
export async function* observedSpans(
  log: EventLogReader,
  bays: Iterable<BayId>,
  { from, to }: TimeWindow,
): AsyncIterable<ObservedSpan> {
  for (const bay of bays) {
    const spans = log
      .recordsOfBay(bay, from, log.lastPosition)
      .flatMap(({ assigned, record }) => (assigned && record.kind === 'observed' ? [record] : []));
    for (const span of clippedSpans(mergedSpans(spans), from, to)) {
      yield { bay, from: span.from, until: span.until };
    }
    await yieldToOthers();
  }
}
