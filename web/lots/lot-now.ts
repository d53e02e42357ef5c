import type { LiveCounts } from '#contract/headline.ts';
import type { LotAnswer } from '#contract/http.ts';
import type { LotLive } from '#contract/live.ts';

/** A lot's numbers, from the page's own data at first, from the live stream later. */
export type LotNow = LiveCounts;

export function lotNowOfLive({ counts, observedAt, fact }: LotLive): LotNow {
  return { counts, observedAt, fact };
}

/** What an HTTP answer says of the lot. */
export function lotNowOfAnswer({ counts, observedAt, fact }: LotAnswer): LotNow {
  return {
    counts,
    observedAt: observedAt === null ? null : Date.parse(observedAt),
    fact: fact && {
      vacant: fact.vacant,
      band: fact.band,
      sensedAt: Date.parse(fact.sensedAt),
      validUntil: Date.parse(fact.validUntil),
    },
  };
}
