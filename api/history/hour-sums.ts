import type { BayState } from '#contract/bay.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { Span } from './spans.ts';
import type { Change } from './stay-machine.ts';

/** Sums of one hour; in bay-milliseconds and counts. Observed is occupied + vacant. */
export interface HourSums {
  occupiedBayMs: number;
  vacantBayMs: number;
  arrivals: number;
  departures: number;
}

export const noSums = (): HourSums => ({
  occupiedBayMs: 0,
  vacantBayMs: 0,
  arrivals: 0,
  departures: 0,
});

/** The UTC hour that holds the instant. */
export const hourOf = (at: number): number => at - (at % HOUR_MS);

/** Where an hour's share is added. */
export interface HourLedger {
  /** The sums of the hour and lot that the instant belongs to. */
  sumsAt(at: number): HourSums;
  /** Until when that is so. */
  endOf(at: number): number;
}

/** A stretch of time in one state. */
export interface Segment extends Span {
  readonly state: BayState;
}

/**
 * Which state the bay was in when, from `from` on: at each instant that of the last event in order
 * that was sensed by then. So every instant has one state even where the clock stepped back: what
 * was decided later holds, and nothing lasts less than no time.
 */
export function segmentsFrom(
  from: number,
  before: BayState,
  changes: readonly Change[],
): readonly Segment[] {
  const segments: Segment[] = [];
  let until = Infinity;
  for (let at = changes.length - 1; at >= 0 && until > from; at -= 1) {
    const change = changes[at];
    if (!change || change.at >= until) continue;
    segments.push({ from: Math.max(change.at, from), until, state: change.state });
    until = change.at;
  }
  if (until > from) segments.push({ from, until, state: before });
  return segments.toReversed();
}

/** Adds (or with −1 takes away) observed time in a known state to the hours that it lies in. */
export function addTime(
  ledger: HourLedger,
  segments: readonly Segment[],
  observed: readonly Span[],
  sign: 1 | -1 = 1,
): void {
  let first = 0;
  for (const span of observed) {
    for (let at = first; at < segments.length; at += 1) {
      const segment = segments[at];
      if (!segment || segment.from >= span.until) break;
      if (segment.until <= span.from) {
        first = at + 1;
        continue;
      }
      const from = Math.max(segment.from, span.from);
      addState(ledger, segment.state, from, Math.min(segment.until, span.until), sign);
    }
  }
}

function addState(
  ledger: HourLedger,
  state: BayState,
  from: number,
  until: number,
  sign: number,
): void {
  if (state === 'unknown') return;
  const field = state === 'occupied' ? 'occupiedBayMs' : 'vacantBayMs';
  for (let at = from; at < until;) {
    const end = Math.min(until, ledger.endOf(at));
    ledger.sumsAt(at)[field] += sign * (end - at);
    at = end;
  }
}
