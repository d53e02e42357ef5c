import { doubtSince, medianMm, sideOf, withDistance } from './distance-window.ts';
import type { DistanceWindow, HeardDistance } from './distance-window.ts';
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
  /** Where the roof of what stands here is, over some time; undefined: nothing stands here. */
  readonly roofMm: number | undefined;
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
  roofMm: undefined,
  validAt: undefined,
  validShare: 1,
});

/** To be changed before it is handed on. Written out: each sample makes some, and a spread takes thirty times as long. */
const copyOf = (of: DistanceVote) => ({
  belief: of.belief,
  since: of.since,
  pending: of.pending,
  window: of.window,
  floorMm: of.floorMm,
  roofMm: of.roofMm,
  validAt: of.validAt,
  validShare: of.validShare,
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
  if (!valid) {
    // No echo is neither a car nor a free bay: it only says that the sensor lives.
    const unheard = copyOf(before);
    unheard.validShare = validShare;
    return unheard;
  }
  const gone = before.validAt !== undefined && at - before.validAt > parameters.unknownMs;
  const window = withDistance(
    before.window,
    { mm: reading.value, at, side: sideOf(reading.value, before.floorMm) },
    parameters.unknownMs,
  );
  const heard = copyOf(gone ? forgetDistance(before) : before);
  heard.window = window;
  heard.validAt = at;
  heard.validShare = validShare;
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
    const next = copyOf(heard);
    if (side === 'vacant' && heard.pending === undefined) {
      next.floorMm = learnedFloor({ floorMm: heard.floorMm, mm, elapsedMs, mountMm });
    }
    next.pending = undefined;
    next.roofMm = side === 'occupied' ? followedRoof(heard.roofMm, mm) : undefined;
    return next;
  }
  const begunAt = heard.pending?.state === side ? heard.pending.since : undefined;
  const since = firstEvidence(heard.window, side, begunAt) ?? begunAt;
  if (since === undefined) return { ...heard, pending: undefined };
  if (at - since < confirmMs) return { ...heard, pending: { state: side, since } };
  return { ...heard, belief: side, since, pending: undefined, roofMm: undefined };
}

const ROOF_GAIN = 0.05;
const followedRoof = (roofMm: number | undefined, mm: number): number =>
  roofMm === undefined ? mm : roofMm + ROOF_GAIN * (mm - roofMm);

/** Another roof than the one that has stood here; people and carts are as tall as cars, never alike. */
const OTHER_ROOF_MM = 80;

export function isOtherRoof({ roofMm, window }: DistanceVote): boolean {
  const mm = medianMm(window);
  return roofMm !== undefined && mm !== undefined && Math.abs(mm - roofMm) > OTHER_ROOF_MM;
}

/** Lower than any car's roof is a cart, a box, or something on two wheels. */
const LOW_ROOF_MM = 1_300;

export function isTall({ floorMm, window }: DistanceVote): boolean {
  const mm = medianMm(window);
  return mm !== undefined && floorMm - mm > LOW_ROOF_MM;
}

/** When something with another roof than this took its place; undefined: it is still the same. */
export function otherSince(
  { window }: DistanceVote,
  roofMm: number | undefined,
): number | undefined {
  const mm = medianMm(window);
  if (roofMm === undefined || mm === undefined) return undefined;
  if (Math.abs(mm - roofMm) <= OTHER_ROOF_MM) return undefined;
  const same = window.findLastIndex((heard) => Math.abs(heard.mm - roofMm) <= OTHER_ROOF_MM);
  return (window[same + 1] ?? window.at(-1))?.at;
}

/** Since when something lower than any car is where something as tall as a car stood; undefined: it is not. */
export function sunkSince(vote: DistanceVote): number | undefined {
  const { belief, pending, roofMm, floorMm, window } = vote;
  if (belief !== 'occupied' || pending !== undefined || roofMm === undefined) return undefined;
  const wasTall = floorMm - roofMm > LOW_ROOF_MM;
  if (!wasTall || isTall(vote) || !isOtherRoof(vote)) return undefined;
  const tall = window.findLastIndex(({ mm }) => floorMm - mm > LOW_ROOF_MM);
  return window[tall + 1]?.at;
}

/** When what is tall now was first seen to be so; undefined: it is low. */
export function tallSince(vote: DistanceVote): number | undefined {
  if (!isTall(vote)) return undefined;
  const { floorMm, window } = vote;
  const low = window.findLastIndex(({ mm }) => floorMm - mm <= LOW_ROOF_MM);
  return (window[low + 1] ?? window.at(-1))?.at;
}

/** So near to the floor is an echo of it. */
const FLOOR_ECHO_MM = 100;

export const isFloorEcho = ({ floorMm }: DistanceVote, { value, quality }: Reading): boolean =>
  quality === 'ok' && Math.abs(value - floorMm) <= FLOOR_ECHO_MM;

/** Echoes of one roof differ by less than this. */
const ONE_ROOF_MM = 80;

/**
 * A change begins only with a sample that supports it, at the oldest one of its unbroken row that
 * shows the same thing: who walked by before a car came is not its first evidence. `begunAt`: of a
 * change that has begun already, farther back than the window goes. undefined: the newest shows
 * something else.
 */
function firstEvidence(
  window: DistanceWindow,
  side: Known,
  begunAt: number | undefined,
): number | undefined {
  const newest = window.at(-1);
  if (newest?.side !== side) return undefined;
  const since = doubtSince(window, side === 'vacant' ? 'occupied' : 'vacant') ?? newest.at;
  const row = window.filter((heard) => heard.at >= since && heard.side === side);
  const mm = row.map((heard) => heard.mm).toSorted((a, b) => a - b)[row.length >> 1] ?? 0;
  const isIt = (heard: HeardDistance) => Math.abs(heard.mm - mm) < ONE_ROOF_MM;
  if (!isIt(newest)) return undefined;
  const first = row.findIndex(isIt);
  return first === 0 ? (begunAt ?? row[0]?.at) : row[first]?.at;
}

/** Nothing is known any more; what was learned of the floor is kept. */
export const forgetDistance = (vote: DistanceVote): DistanceVote => ({
  ...vote,
  belief: 'unknown',
  pending: undefined,
  window: [],
});
