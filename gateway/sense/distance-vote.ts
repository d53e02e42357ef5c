import { doubtSince, medianMm, sideOf, withDistance } from './distance-window.ts';
import type { DistanceWindow } from './distance-window.ts';
import { learnedFloor } from './floor.ts';
import type { Reading } from './sample.ts';

export type Known = 'vacant' | 'occupied';

export interface DistanceParameters {
  /** The sensor's height above the floor: the floor's distance until it is learned. */
  readonly mountMm: number;
  /** How long a change must last before it is believed. */
  readonly confirmMs: number;
  /** Without a valid distance for longer than this, nothing is known. */
  readonly unknownMs: number;
}

/** What the distances alone make of a bay. */
export interface DistanceVote {
  readonly belief: Known | 'unknown';
  /** First evidence of the belief; monotonic milliseconds. */
  readonly since: number;
  /** A change that has not lasted yet, with its first evidence. */
  readonly pending: { readonly state: Known; readonly since: number } | undefined;
  readonly window: DistanceWindow;
  readonly floorMm: number;
  readonly validAt: number | undefined;
  /** Share of valid distances among the last samples, 0 to 1. */
  readonly validShare: number;
}

export const newDistanceVote = (mountMm: number): DistanceVote => ({
  belief: 'unknown',
  since: 0,
  pending: undefined,
  window: [],
  floorMm: mountMm,
  validAt: undefined,
  validShare: 1,
});

/** A share over roughly the last 20 samples. */
const SHARE_STEP = 0.05;

export function voteByDistance(
  before: DistanceVote,
  reading: Reading,
  at: number,
  parameters: DistanceParameters,
): DistanceVote {
  const valid = reading.quality === 'ok';
  const validShare = before.validShare + SHARE_STEP * ((valid ? 1 : 0) - before.validShare);
  // No echo is neither a car nor a free bay: it only says that the sensor lives.
  if (!valid) return { ...before, validShare };

  const gone = before.validAt !== undefined && at - before.validAt > parameters.unknownMs;
  const window = withDistance(
    before.window,
    { mm: reading.value, at, side: sideOf(reading.value, before.floorMm) },
    parameters.unknownMs,
  );
  const known = gone ? forgetDistance(before) : before;
  const heard: DistanceVote = { ...known, window, validAt: at, validShare };
  const mm = medianMm(window);
  return mm === undefined ? heard : judge(heard, mm, at, parameters);
}

function judge(
  heard: DistanceVote,
  mm: number,
  at: number,
  { mountMm, confirmMs }: DistanceParameters,
): DistanceVote {
  const side = sideOf(mm, heard.floorMm);
  if (side === undefined) return heard;
  if (side === heard.belief) {
    const elapsedMs = at - (heard.window.at(-2)?.at ?? at);
    const floorMm =
      side === 'vacant' && heard.pending === undefined
        ? learnedFloor({ floorMm: heard.floorMm, mm, elapsedMs, mountMm })
        : heard.floorMm;
    return { ...heard, pending: undefined, floorMm };
  }
  const since =
    heard.pending?.state === side ? heard.pending.since : firstEvidence(heard.window, side);
  if (since === undefined) return { ...heard, pending: undefined };
  if (at - since < confirmMs) return { ...heard, pending: { state: side, since } };
  return { ...heard, belief: side, since, pending: undefined };
}

/** A change begins only with a sample that supports it, at the oldest one of its unbroken row. */
function firstEvidence(window: DistanceWindow, side: Known): number | undefined {
  if (window.at(-1)?.side !== side) return undefined;
  return doubtSince(window, side === 'vacant' ? 'occupied' : 'vacant');
}

/** Nothing is known any more; what was learned of the floor is kept. */
export const forgetDistance = (vote: DistanceVote): DistanceVote => ({
  ...vote,
  belief: 'unknown',
  pending: undefined,
  window: [],
});
