/**
 * When live becomes delayed, stale, unknown: the one table that gateway, api, page and sign read.
 * All in milliseconds. No part of the system keeps a deadline of its own.
 */
export const deadlines = {
  /** How often a sensor is asked, unless the site file says otherwise (P). */
  pollPeriodMs: 1_000,
  /** A change is believed after it has lasted this long; the event carries its first evidence. */
  confirmMs: 3_000,
  /** A gateway reports this often until when each bay was observed. */
  reportEveryMs: 5_000,
  /** The end of the open observed interval is on the gateway's disk at least this often. */
  markEveryMs: 10_000,
  /** The open observed interval travels at least this often. */
  observedEveryMs: 30_000,
  /** At the api, a bay not observed for this long is unknown. */
  apiUnknownMs: 15_000,
  /** A page shows a count as live up to this age ... */
  pageLiveMs: 15_000,
  /** ... as delayed up to this age, and after that as no data. */
  pageDelayedMs: 60_000,
  /** A page says within this time that its connection is lost. */
  pageLostMs: 5_000,
  /** The api says this often, even when nothing changes, how old each lot's count is. */
  beatEveryMs: 2_000,
  /** A sign keeps its number this long after its last live message ... */
  signNumberMs: 60_000,
  /** ... and its band this long; then "P" or blank. */
  signBandMs: 180_000,
} as const;

/** At the gateway, a bay is unknown when its observation is older than this (P: poll period). */
export function gatewayUnknownMs(pollPeriodMs: number): number {
  return Math.max(10_000, 3 * pollPeriodMs);
}

export type Freshness = 'live' | 'delayed' | 'stale';

/** How a reader must show a count of this age; `undefined` age: nothing was ever observed. */
export function freshnessOf(ageMs: number | undefined): Freshness {
  if (ageMs === undefined || ageMs > deadlines.pageDelayedMs) return 'stale';
  return ageMs > deadlines.pageLiveMs ? 'delayed' : 'live';
}
