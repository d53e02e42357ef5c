import { healthThresholds } from '#contract/health.ts';
import type { Verdict } from './observation.ts';

/** What a node's uptime tells: its starts, another node under its name, a clock that runs away. */
export interface NodeClock {
  readonly heard: { readonly at: number; readonly uptimeMs: number } | undefined;
  /** The last starts that were seen within a day; monotonic. */
  readonly resets: readonly number[];
  readonly resetCount: number;
  /** When its uptime last jumped as no restart explains, or another node was heard in its place. */
  readonly leaps: readonly number[];
  readonly base: Offset | undefined;
  readonly window: Offset | undefined;
  readonly ppm: number | undefined;
}

/** The least of (our clock − its uptime) within one window: the answer that came soonest. */
interface Offset {
  readonly from: number;
  readonly leastMs: number;
}

export const noClock: NodeClock = {
  heard: undefined,
  resets: [],
  resetCount: 0,
  leaps: [],
  base: undefined,
  window: undefined,
  ppm: undefined,
};

/** To be changed before it is handed on. Written out: each sample makes one, and a spread takes thirty times as long. */
const copyOf = (of: NodeClock) => ({
  heard: of.heard,
  resets: of.resets,
  resetCount: of.resetCount,
  leaps: of.leaps,
  base: of.base,
  window: of.window,
  ppm: of.ppm,
});

type Draft = ReturnType<typeof copyOf>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const WINDOW_MS = 600_000;
const WRAPS_AT_MS = 2 ** 32;
const MOST_KEPT = 16;
/** A late answer, a node's poor oscillator: no leap yet. */
const SLACK_MS = 2_000;
const SLACK_SHARE = 0.05;

export function withUptime(before: NodeClock, uptimeMs: number, at: number): NodeClock {
  const { heard } = before;
  const now = copyOf(before);
  now.heard = { at, uptimeMs };
  if (!heard) return withOffset(now, at - uptimeMs, at);
  const slackMs = SLACK_MS + SLACK_SHARE * (at - heard.at);
  const elapsedMs = at - heard.at;
  const passedMs = uptimeMs - heard.uptimeMs;
  const fits = (ms: number) => Math.abs(ms - elapsedMs) <= slackMs;
  if (fits(passedMs) || (passedMs >= 0 && passedMs < elapsedMs)) {
    return withOffset(now, at - uptimeMs, at);
  }
  const anew = { ...now, base: undefined, window: undefined, ppm: undefined };
  // The counter has 32 bits: after 49.7 days it begins again, and nothing was reset.
  if (fits(passedMs + WRAPS_AT_MS)) return anew;
  if (passedMs < 0 && uptimeMs <= elapsedMs + slackMs) {
    const resets = [...before.resets, at].slice(-MOST_KEPT);
    return { ...anew, resets, resetCount: before.resetCount + 1 };
  }
  return { ...anew, leaps: [...before.leaps, at].slice(-MOST_KEPT) };
}

/** Two nodes were heard at its address: as sure as any number of leaps. */
export function withCrowd(before: NodeClock, at: number): NodeClock {
  const proof = Array.from({ length: healthThresholds.uptimeLeaps.enter }, () => at);
  return { ...before, leaps: [...before.leaps, ...proof].slice(-MOST_KEPT) };
}

export function resetsOf({ resets }: NodeClock, at: number, active: boolean): Verdict {
  const { enter, leave } = healthThresholds.resetsADay;
  const today = countWithin(DAY_MS, resets, at);
  return today > (active ? leave : enter) ? 'degraded' : undefined;
}

export function duplicateAddressOf({ leaps }: NodeClock, at: number, active: boolean): Verdict {
  const { enter, leave } = healthThresholds.uptimeLeaps;
  const recent = countWithin(WINDOW_MS, leaps, at);
  return recent > (active ? leave : enter - 1) ? 'faulty' : undefined;
}

export function clockOf({ ppm }: NodeClock, active: boolean): Verdict {
  const { enter, leave } = healthThresholds.clockPpm;
  return ppm !== undefined && Math.abs(ppm) > (active ? leave : enter) ? 'degraded' : undefined;
}

function countWithin(withinMs: number, instants: readonly number[], at: number): number {
  let count = 0;
  for (const each of instants) if (at - each < withinMs) count += 1;
  return count;
}

/** Least offsets of ten minutes, an hour or more apart: what a late answer adds falls out. */
function withOffset(clock: Draft, offsetMs: number, at: number): NodeClock {
  const { base } = clock;
  const window = clock.window ?? { from: at, leastMs: offsetMs };
  if (at - window.from < WINDOW_MS) {
    clock.window = { from: window.from, leastMs: Math.min(window.leastMs, offsetMs) };
    return clock;
  }
  clock.window = { from: at, leastMs: offsetMs };
  const apartMs = base === undefined ? 0 : window.from - base.from;
  if (base === undefined) clock.base = window;
  else if (apartMs >= HOUR_MS) {
    clock.ppm = (1e6 * (window.leastMs - base.leastMs)) / apartMs;
    // A day later it is measured from there on, so that a clock that runs right again is seen.
    if (apartMs > DAY_MS) clock.base = window;
  }
  return clock;
}
