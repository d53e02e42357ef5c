import { medianStepOf } from './magnetic-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { quietOver } from './quiet.ts';
import { apart, minus, plus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';
import type { Whose } from './whose-step.ts';

/** Something came under the distance sensor: what the field did meanwhile. */
export interface Onset {
  readonly since: number;
  /** Where the field rested before; undefined: there is none. */
  readonly level: Vector | undefined;
  readonly isLeftOver: boolean;
  /** Of the fields since then, and of their squares. */
  readonly sum: Vector;
  readonly squares: number;
  readonly count: number;
}

/** A roof is under the sensor a second or two before the wheels stop. */
const ROLLS_MS = 1_500;
/** A step that settled so long before is the same vehicle's. */
export const STEP_BEFORE_MS = 6_000;
/** What has no iron by now has none. */
const LOOKED_MS = 10_000;
/** People and carts are gone by then, most of them; what stays is not known ... */
const PASSING_MS = 45_000;
/** ... until it has stood for longer than carts do. */
const STANDING_MS = 720_000;

/** `leftAt`: when the last vehicle left, whose step is not the one that comes. */
export function beginOnset(
  since: number,
  { field, lastStep }: MagneticVote,
  leftAt: number,
): Onset {
  // The field may have settled on the vehicle before the distance was sure that there is one.
  const isPast =
    lastStep !== undefined &&
    lastStep.since >= since - STEP_BEFORE_MS &&
    lastStep.since > leftAt + STEP_BEFORE_MS;
  const level = isPast ? minus(field.level, lastStep.step) : field.level;
  return {
    since,
    level: field.heardAt === undefined ? undefined : level,
    isLeftOver: false,
    sum: ZERO,
    squares: 0,
    count: 0,
  };
}

/** What a vehicle that left has uncovered: whether that has iron only another step can tell. */
export const leftOver = (since: number, { field }: MagneticVote): Onset => ({
  since,
  level: field.level,
  isLeftOver: true,
  sum: ZERO,
  squares: 0,
  count: 0,
});

export function withOnset(onset: Onset, { field }: MagneticVote, at: number): Onset {
  const { since, level, sum, squares, count } = onset;
  if (field.heardAt !== at || at - since < ROLLS_MS || at - since > LOOKED_MS) return onset;
  const moved = level === undefined ? 0 : apart(field.last, level);
  return {
    ...onset,
    sum: plus(sum, field.last),
    squares: squares + moved * moved,
    count: count + 1,
  };
}

/** In quiet changes: a mean of this many samples is off by no more than so much of its own. */
const LEAST_SHIFT = 0.9;
const SHIFT_NOISE = 1.8;
const LEAST_COUNT = 2;
const STILL_SHARE = 0.3;
/** A node whose quiet is more than so much of its median step would not see a light vehicle. */
const BLIND_RATIO = 0.15;

/** Whether what came has changed the field as vehicles do. */
export function hasIron(
  { since, level, isLeftOver, sum, squares, count }: Onset,
  magnetic: MagneticVote,
  at: number,
  whose: (ratio: number, since: number) => Whose,
): 'yes' | 'no' | 'cannot say' {
  const quiet = quietOver(magnetic.field.quiet, 0);
  const median = medianStepOf(magnetic);
  const { heardAt } = magnetic.field;
  if (level === undefined || quiet === undefined || median === undefined) return 'cannot say';
  if (heardAt === undefined || at - heardAt > LOOKED_MS || quiet > BLIND_RATIO * median) {
    return 'cannot say';
  }
  if (isLeftOver || count < LEAST_COUNT) return 'no';
  const mean = { x: sum.x / count, y: sum.y / count, z: sum.z / count };
  const shift = apart(mean, level);
  if (shift < quiet * (LEAST_SHIFT + SHIFT_NOISE / Math.sqrt(count))) return 'no';
  // What stands stands still; who passes in the lane does not.
  const spread = Math.sqrt(Math.max(0, squares / count - shift * shift));
  if (spread > STILL_SHARE * shift + quiet) return 'no';
  return whose(shift / median, since).ownOdds > 0 ? 'yes' : 'no';
}

export function isThing({ since }: Onset, at: number): 'passing' | 'standing' | 'staying' {
  if (at - since < PASSING_MS) return 'passing';
  return at - since < STANDING_MS ? 'standing' : 'staying';
}
