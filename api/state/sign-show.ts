import { deadlines } from '#contract/deadlines.ts';
import { anyCarCountsOf, headlineOf } from '#contract/headline.ts';
import type { Headline, LiveCounts } from '#contract/headline.ts';
import type { SignMessage } from '#contract/messages.ts';

export type SignShow = SignMessage['rows'][number]['show'];

/** A number is shown only while at most this share of the bays open to any car is unknown. */
const UNKNOWN_SHARE = 0.05;

/** Vacant bays open to any car; null when that is not known or no longer live. */
export function vacantOf(headline: Headline): number | null {
  return headline.kind === 'count' && headline.ageMs <= deadlines.signNumberMs
    ? headline.vacant
    : null;
}

/** What a sign may say of a lot: the number when it is right, "full" when it is so, else "P". */
export function signShowOf(
  live: LiveCounts | undefined,
  sensed: boolean,
  now: number,
  closed = false,
): SignShow {
  if (closed) return { kind: 'closed' };
  const headline = headlineOf(live, sensed, now);
  if (headline.kind === 'band' && headline.band === 'full') return { kind: 'full' };
  if (headline.kind !== 'count' || headline.freshness !== 'live') return { kind: 'parking' };
  if (headline.band === 'full') return { kind: 'full' };
  const any = anyCarCountsOf(live?.counts ?? []);
  const allowed = Math.max(1, UNKNOWN_SHARE * (any.vacant + any.occupied + any.unknown));
  if (headline.unknown > allowed) return { kind: 'parking' };
  return { kind: 'number', vacant: headline.vacant };
}
