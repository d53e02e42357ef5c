import type { ShownCause } from '#contract/history.ts';
import { headlineOf } from '#contract/headline.ts';
import type { Headline } from '#contract/headline.ts';
import type { LotLive } from '#contract/live.ts';
import type { LotSaid } from './shown-store.ts';

export interface LotThen {
  /** As everybody may see it, and as it is known. */
  readonly seen: LotLive | undefined;
  readonly known: LotLive | undefined;
  /** Whether anything at all counts there. */
  readonly sensed: boolean;
  readonly closed: boolean;
  readonly now: number;
}

/** What the page says of a lot, by the same rules as the page. */
export function lotSaidOf({ seen, known, sensed, closed, now }: LotThen): LotSaid {
  const headline = headlineOf(seen, sensed, now);
  const cause = closed ? 'closed' : causeOf(headline, seen, now);
  const isTold = !closed && (headline.kind === 'count' || headline.kind === 'band');
  return {
    vacant: isTold && headline.kind === 'count' ? headline.vacant : null,
    band: isTold ? headline.band : null,
    freshness: isTold ? headline.freshness : 'none',
    counts: known ? [...known.counts] : [],
    observedAt: known?.observedAt ?? null,
    cause,
  };
}

function causeOf(headline: Headline, seen: LotLive | undefined, now: number): ShownCause {
  if (headline.kind === 'noLiveCount' || headline.kind === 'noData') return headline.kind;
  const withoutFact = seen && headlineOf({ ...seen, fact: null }, true, now);
  if (withoutFact?.kind !== 'count') return 'fact';
  return headline.freshness === 'delayed' ? 'delayed' : 'counted';
}

/** What makes one saying another; its age does not. */
export function sayingOf(said: LotSaid): string {
  return JSON.stringify({ ...said, observedAt: null });
}
