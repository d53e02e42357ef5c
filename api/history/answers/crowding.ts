import type { KnownSpan } from './known-time.ts';
import type { Span } from '../spans.ts';

/** How full a set of bays was at its fullest, and when there was no room at all. */
export interface Crowding {
  /** The most bays that were known to be occupied at once, and the first time of it. */
  readonly peak:
    | { readonly occupied: number; readonly from: number; readonly until: number }
    | undefined;
  /** No bay known to be vacant, and no more than a few unknown. */
  readonly full: readonly Span[];
}

/** A lot is full only while so few of its bays are unknown: the rule of the signs. */
const mostUnknownOf = (bays: number): number => Math.max(1, Math.floor(0.02 * bays));

/**
 * `known`: what is known of each bay, within one window. A set of which nothing is known is not full.
 */
export function crowdingOf(known: readonly (readonly KnownSpan[])[]): Crowding {
  const changes = known
    .flatMap((spans) =>
      spans.flatMap(({ from, until, state }) => {
        const occupied = state === 'occupied' ? 1 : 0;
        return [
          { at: from, occupied, vacant: 1 - occupied },
          { at: until, occupied: -occupied, vacant: occupied - 1 },
        ];
      }),
    )
    .toSorted((a, b) => a.at - b.at);
  const mostUnknown = mostUnknownOf(known.length);
  const full: { from: number; until: number }[] = [];
  let peak: { occupied: number; from: number; until: number } | undefined;
  let [occupied, vacant] = [0, 0];
  for (const [index, change] of changes.entries()) {
    occupied += change.occupied;
    vacant += change.vacant;
    const until = changes[index + 1]?.at;
    // All that happens at one instant happens before anything lasts.
    if (until === undefined || until === change.at) continue;
    if (occupied > (peak?.occupied ?? 0)) peak = { occupied, from: change.at, until };
    const unknown = known.length - occupied - vacant;
    if (vacant > 0 || occupied === 0 || unknown > mostUnknown) continue;
    const last = full.at(-1);
    if (last?.until === change.at) last.until = until;
    else full.push({ from: change.at, until });
  }
  return { peak, full };
}
