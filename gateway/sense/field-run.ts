import { apart, minus } from './vector.ts';
import type { Vector } from './vector.ts';

export interface HeardField {
  readonly field: Vector;
  readonly at: number;
}

/** What was heard since a field left its level, the newest last; before it, its last at rest. */
export type FieldRun = readonly HeardField[];

/** In medians of quiet change: beyond this it has left its level. Of noise, one of 10^7 samples. */
export const LEFT = 1.7;
/** A vehicle rolls in or out within this time; what takes longer is drift. */
export const MANOEUVRE_MS = 6_000;
const FAST_SHARE = 0.55;
/** So much of a step may still be missing when it is called settled. */
const SETTLED_SHARE = 0.12;

/** The samples that agree on a new level, for long enough; undefined while it still moves. */
export function settledTail(
  run: FieldRun,
  level: Vector,
  quiet: number,
  at: number,
  confirmMs: number,
): FieldRun | undefined {
  const newest = run.at(-1);
  if (newest === undefined) return undefined;
  const allowed = Math.max(LEFT * quiet, SETTLED_SHARE * apart(newest.field, level));
  let from = run.length - 1;
  while (from > 1) {
    const one = run[from - 1];
    if (one === undefined || apart(one.field, newest.field) > allowed) break;
    from -= 1;
  }
  const tail = run.slice(from);
  const spanMs = at - (tail[0]?.at ?? at);
  return tail.length >= 2 && spanMs >= confirmMs ? tail : undefined;
}

/** Of samples on a new level those that differ by noise alone: the first may have been still on the way. */
export function atRest(tail: FieldRun, quiet: number): Vector[] {
  const fields = tail.map(({ field }) => field);
  const newest = fields.at(-1);
  return fields.filter((field) => newest === undefined || apart(field, newest) <= LEFT * quiet);
}

/** No vehicle comes or goes between two samples so close together; a current that is switched does. */
const STROKE_MS = 1_500;
/** In medians of quiet change: of a smaller step what lies halfway would not be told from its ends. */
const CLEAR_STROKE = 6;

export function isAtAStroke(run: FieldRun, level: Vector, size: number, quiet: number): boolean {
  const [rested, left] = run;
  if (rested === undefined || left === undefined) return false;
  return (
    left.at - rested.at <= STROKE_MS &&
    size > CLEAR_STROKE * quiet &&
    apart(left.field, level) <= LEFT * quiet
  );
}

/** Whether most of the way was made within a manoeuvre's time. */
export function isFast(run: FieldRun, level: Vector, step: Vector, size: number): boolean {
  // The first is the last one at rest, wherever its noise has put it.
  const way = run.map(({ field }, at) => (at === 0 ? 0 : along(minus(field, level), step, size)));
  for (let to = 1; to < way.length; to += 1) {
    for (let from = to - 1; from >= 0; from -= 1) {
      // It may have begun just before the one sample and ended just after the other, however far apart.
      const leastMs = (run[to - 1]?.at ?? 0) - (run[from + 1]?.at ?? 0);
      if (leastMs > MANOEUVRE_MS) break;
      if ((way[to] ?? 0) - (way[from] ?? 0) >= FAST_SHARE * size) return true;
    }
  }
  return false;
}

const along = (moved: Vector, step: Vector, size: number): number =>
  size === 0 ? 0 : (moved.x * step.x + moved.y * step.y + moved.z * step.z) / size;
