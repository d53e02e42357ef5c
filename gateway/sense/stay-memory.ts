/**
 * How long stays last: a mixture with medians of 5, 45 and 400 min, and now and then days. Says how
 * likely a stay lasts longer than so long, and so how odd one is that does not end.
 */
const MINUTE_MS = 60_000;
const KINDS = [
  { share: 0.65, medianMs: 5 * MINUTE_MS, sigma: 0.7 },
  { share: 0.28, medianMs: 45 * MINUTE_MS, sigma: 0.7 },
  { share: 0.06, medianMs: 400 * MINUTE_MS, sigma: 0.6 },
  { share: 0.01, medianMs: 1_800 * MINUTE_MS, sigma: 1 },
] as const;

/** Share of stays that last longer than this, 0 to 1. */
export function outlastedBy(ms: number): number {
  if (ms <= 0) return 1;
  let share = 0;
  for (const kind of KINDS) share += kind.share * above(Math.log(ms / kind.medianMs) / kind.sigma);
  return share;
}

/** The upper tail of the normal distribution, to 1 % (logistic approximation of Bowling et al.). */
const above = (z: number): number => 1 / (1 + Math.exp(1.5976 * z + 0.07056 * z * z * z));

/** 99 of 100 stays are shorter. */
export const LONG_STAY_MS = 1_200 * MINUTE_MS;
