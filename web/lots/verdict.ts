import { freshnessOf } from '#contract/deadlines.ts';
import type { Freshness } from '#contract/deadlines.ts';
import { headlineOf } from '#contract/headline.ts';
import type { Headline } from '#contract/headline.ts';
import { lotTimeOf } from '#contract/hours.ts';
import type { PlaceTime } from '#contract/hours.ts';
import type { LotAnswer } from '#contract/http.ts';
import type { Look } from '../text/texts.ts';
import type { LotNow } from './lot-now.ts';

/** What the page says of a lot: one look, at most one number, and how old that is. */
export interface Verdict {
  readonly look: Look;
  /** Vacant bays open to any car; undefined: no number may be shown. */
  readonly vacant: number | undefined;
  /** Bays open to any car of which nothing is known, beside a number. */
  readonly unknown: number;
  /** A number that is shown but must not look live. */
  readonly delayed: boolean;
  /** Age of what is shown, or of what was last known where nothing is shown. */
  readonly ageMs: number | undefined;
}

export type LotPlan = Pick<
  LotAnswer,
  'instrumented' | 'openHours' | 'chargedHours' | 'outsideHours' | 'dates'
>;

/** A moment by the server's clock, what the clock on the wall shows then, and how long ago the server was last heard. */
export interface Moment {
  readonly at: number;
  readonly place: PlaceTime;
  readonly contactAgeMs: number;
  /** The connection is lost: no number may look live. */
  readonly lost: boolean;
}

export function verdictOf(lot: LotPlan, now: LotNow | undefined, moment: Moment): Verdict {
  const { at, place } = moment;
  if (lotTimeOf(lot, place) === 'closed') return withoutNumber('closed', undefined);
  const bySensors = lot.instrumented === 'partial' || lot.instrumented === 'full';
  const byFact = now?.fact != null && at < now.fact.validUntil;
  const headline = headlineOf(now, bySensors || byFact, at);
  const lastKnownMs = now?.observedAt == null ? undefined : Math.max(0, at - now.observedAt);
  switch (headline.kind) {
    case 'noLiveCount':
      return withoutNumber('noLiveCount', undefined);
    case 'noData':
      return withoutNumber('noData', lastKnownMs);
    case 'count':
    case 'band': {
      if (freshnessHere(headline, moment) === 'stale') return withoutNumber('noData', lastKnownMs);
      return {
        look: headline.band,
        vacant: headline.kind === 'count' ? headline.vacant : undefined,
        unknown: headline.kind === 'count' ? headline.unknown : 0,
        delayed: freshnessHere(headline, moment) === 'delayed',
        ageMs: headline.ageMs,
      };
    }
  }
}

/** A page that hears nothing cannot know that a number still holds, however long it was valid. */
function freshnessHere(
  { freshness }: Extract<Headline, { freshness: unknown }>,
  { contactAgeMs, lost }: Pick<Moment, 'contactAgeMs' | 'lost'>,
): Freshness {
  const heard = freshnessOf(contactAgeMs);
  if (heard === 'stale') return 'stale';
  return lost || heard === 'delayed' ? 'delayed' : freshness;
}

function withoutNumber(look: Look, ageMs: number | undefined): Verdict {
  return { look, vacant: undefined, unknown: 0, delayed: false, ageMs };
}
