import type { BayState } from '#contract/bay.ts';
import { confidenceOf } from './confidence.ts';
import { doubtSince, medianMm, sideOf, withDistance } from './distance-window.ts';
import type { DistanceWindow } from './distance-window.ts';
import { learnedFloor } from './floor.ts';
import type { Sample } from './sample.ts';

/**
 * What a bay's samples say: a pure function of samples and their times, without a clock of its own.
 * Today it judges by distance; a sample may carry field and temperature, and a detector that fuses
 * them has the same shape.
 */
export interface DetectorParameters {
  /** The sensor's height above the floor: the floor's distance until it is learned. */
  readonly mountMm: number;
  /** How long a change must last before it is believed. */
  readonly confirmMs: number;
  /** Without a valid distance for longer than this, nothing is known. */
  readonly unknownMs: number;
}

type Known = Exclude<BayState, 'unknown'>;

export interface DetectorState {
  readonly belief: BayState;
  /** A change that has not lasted yet, with its first evidence. */
  readonly pending: { readonly state: Known; readonly since: number } | undefined;
  readonly window: DistanceWindow;
  readonly floorMm: number;
  /** When anything, and when a distance, was last heard; monotonic milliseconds. */
  readonly heardAt: number | undefined;
  readonly validAt: number | undefined;
  /** Share of valid distances among the last samples, 0 to 1. */
  readonly validShare: number;
}

/** A change that was confirmed. `sensedAt`: its first evidence, by the monotonic clock. */
export interface Decision {
  readonly state: Known;
  readonly sensedAt: number;
  readonly confidence: number;
}

export interface Sensed {
  readonly state: DetectorState;
  readonly decision: Decision | undefined;
}

export function newDetector({ mountMm }: DetectorParameters): DetectorState {
  return {
    belief: 'unknown',
    pending: undefined,
    window: [],
    floorMm: mountMm,
    heardAt: undefined,
    validAt: undefined,
    validShare: 1,
  };
}

/** A share over roughly the last 20 samples. */
const SHARE_STEP = 0.05;

/** Takes one sample, heard at `at` (monotonic milliseconds, never falling). */
export function sense(
  before: DetectorState,
  sample: Sample,
  at: number,
  parameters: DetectorParameters,
): Sensed {
  const valid = sample.distance.quality === 'ok';
  const validShare = before.validShare + SHARE_STEP * ((valid ? 1 : 0) - before.validShare);
  // No echo is neither a car nor a free bay: it only says that the sensor lives.
  if (!valid) return { state: { ...before, heardAt: at, validShare }, decision: undefined };

  const gone = isOverdue(before, at, parameters);
  const window = withDistance(
    before.window,
    { mm: sample.distance.value, at, side: sideOf(sample.distance.value, before.floorMm) },
    parameters.unknownMs,
  );
  const heard: DetectorState = {
    ...before,
    window,
    heardAt: at,
    validAt: at,
    validShare,
    pending: gone ? undefined : before.pending,
  };
  const mm = medianMm(window);
  return mm === undefined
    ? { state: heard, decision: undefined }
    : judge(heard, mm, at, parameters);
}

function judge(
  heard: DetectorState,
  mm: number,
  at: number,
  { mountMm, confirmMs }: DetectorParameters,
): Sensed {
  const side = sideOf(mm, heard.floorMm);
  const settled = (state: DetectorState): Sensed => ({ state, decision: undefined });
  if (side === undefined) return settled(heard);
  if (side === heard.belief) {
    const elapsedMs = at - (heard.window.at(-2)?.at ?? at);
    const floorMm =
      side === 'vacant' && heard.pending === undefined
        ? learnedFloor({ floorMm: heard.floorMm, mm, elapsedMs, mountMm })
        : heard.floorMm;
    return settled({ ...heard, pending: undefined, floorMm });
  }
  const since =
    heard.pending?.state === side ? heard.pending.since : firstEvidence(heard.window, side);
  if (since === undefined) return settled({ ...heard, pending: undefined });
  if (at - since < confirmMs) return settled({ ...heard, pending: { state: side, since } });
  const confidence = confidenceOf({
    side,
    mm,
    floorMm: heard.floorMm,
    validShare: heard.validShare,
  });
  return {
    state: { ...heard, belief: side, pending: undefined },
    decision: { state: side, sensedAt: since, confidence },
  };
}

/** A change begins only with a sample that supports it, at the oldest one of its unbroken row. */
function firstEvidence(window: DistanceWindow, side: Known): number | undefined {
  if (window.at(-1)?.side !== side) return undefined;
  return doubtSince(window, side === 'vacant' ? 'occupied' : 'vacant');
}

/** Whether nothing valid was heard for so long that the bay's state is not known any more. */
export function isOverdue(
  { validAt }: DetectorState,
  at: number,
  { unknownMs }: DetectorParameters,
): boolean {
  return validAt !== undefined && at - validAt > unknownMs;
}

/** The bay's state is not known any more; what was learned of the floor is kept. */
export function forget(state: DetectorState): DetectorState {
  return { ...state, belief: 'unknown', pending: undefined, window: [] };
}

/**
 * Until when the bay's state is decided for good: no later decision will have its first evidence
 * before this. undefined while nothing is believed.
 */
export function decidedUntil(state: DetectorState, confirmMs: number): number | undefined {
  if (state.belief === 'unknown' || state.validAt === undefined) return undefined;
  return Math.min(
    state.validAt - confirmMs,
    state.pending?.since ?? Number.POSITIVE_INFINITY,
    doubtSince(state.window, state.belief) ?? Number.POSITIVE_INFINITY,
  );
}

/** How far the present belief may be trusted, for a snapshot. */
export function presentConfidence(state: DetectorState): number {
  const mm = medianMm(state.window);
  if (state.belief === 'unknown' || mm === undefined) return 0;
  const { belief: side, floorMm, validShare } = state;
  return confidenceOf({ side, mm, floorMm, validShare });
}
