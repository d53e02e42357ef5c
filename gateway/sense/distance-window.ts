/** What one distance says by itself; undefined between the thresholds, where the state keeps. */
export type Side = 'vacant' | 'occupied' | undefined;

export interface HeardDistance {
  readonly mm: number;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly side: Side;
}

/** Occupied below floor − 500 mm, vacant above floor − 200 mm. */
export const OCCUPIED_BELOW_FLOOR_MM = 500;
export const VACANT_BELOW_FLOOR_MM = 200;

export function sideOf(mm: number, floorMm: number): Side {
  if (mm < floorMm - OCCUPIED_BELOW_FLOOR_MM) return 'occupied';
  return mm > floorMm - VACANT_BELOW_FLOOR_MM ? 'vacant' : undefined;
}

/** The newest last; at most five. */
export type DistanceWindow = readonly HeardDistance[];

const MOST = 5;

/** Adds a distance and forgets those older than `keepMs`: an old distance supports nothing new. */
export function withDistance(
  window: DistanceWindow,
  heard: HeardDistance,
  keepMs: number,
): DistanceWindow {
  const kept: HeardDistance[] = [];
  for (let at = Math.max(0, window.length + 1 - MOST); at < window.length; at += 1) {
    const one = window[at];
    if (one !== undefined && heard.at - one.at <= keepMs) kept.push(one);
  }
  kept.push(heard);
  return kept;
}

/** The median of the last five, or of the last three while there are no five; then undefined. */
export function medianMm(window: DistanceWindow): number | undefined {
  const [a, b, c] = [window[0]?.mm, window[1]?.mm, window[2]?.mm];
  if (a === undefined || b === undefined || c === undefined) return undefined;
  const [d, e] = [window[3]?.mm, window[4]?.mm];
  if (d === undefined) return middleOf(a, b, c);
  if (e === undefined) return middleOf(b, c, d);
  // Of the first four neither the least nor the greatest is the median of five.
  const low = Math.max(Math.min(a, b), Math.min(c, d));
  const high = Math.min(Math.max(a, b), Math.max(c, d));
  return middleOf(e, low, high);
}

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

/**
 * When the evidence against `state` that is still unbroken began: the oldest distance on the other
 * side after the last one on the state's own side; undefined when nothing speaks against it.
 */
export function doubtSince(
  window: DistanceWindow,
  state: 'vacant' | 'occupied',
): number | undefined {
  let since: number | undefined;
  for (let at = window.length - 1; at >= 0; at -= 1) {
    const heard = window[at];
    if (!heard || heard.side === state) break;
    if (heard.side !== undefined) since = heard.at;
  }
  return since;
}
