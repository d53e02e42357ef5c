import { deadlines } from '#contract/deadlines.ts';
import type { LiveCounts } from '#contract/headline.ts';
import type { LotAnswer } from '#contract/http.ts';
import type { LotLive } from '#contract/live.ts';

/** A lot's numbers, from the page's own data at first, from the live stream later. */
export type LotNow = LiveCounts;

export function lotNowOfLive({ counts, observedAt, fact }: LotLive): LotNow {
  return { counts, observedAt, fact };
}

/**
 * What an HTTP answer of the instant `at` says of the lot. Such an answer does not tell how long a
 * count without sensors is valid: it is taken for as long as a live number may be shown.
 */
export function lotNowOfAnswer(lot: LotAnswer, at: number): LotNow {
  const observedAt = lot.observedAt === null ? null : Date.parse(lot.observedAt);
  const sensed = lot.counts.some((count) => count.vacant + count.occupied > 0);
  const fact =
    !sensed && lot.vacant !== null && observedAt !== null
      ? { vacant: lot.vacant, sensedAt: observedAt, validUntil: at + deadlines.pageLiveMs }
      : null;
  return { counts: lot.counts, observedAt, fact };
}
