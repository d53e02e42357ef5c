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
  /** Whether it is as tall as a car, as far as it was seen. */
  readonly isTall: boolean;
  /** The distance to its top, once it stands; undefined: not yet. */
  readonly roofMm: number | undefined;
  /** Of the fields since then, and of their squares. */
  readonly sum: Vector;
  readonly squares: number;
  readonly count: number;
}

/** A roof is under the sensor a second or two before the wheels stop. */
const ROLLS_MS = 1_500;
/** It rolls off within this time after its roof has gone. */
const LEAVES_MS = 2_500;
/** A step that settled so long before is the same vehicle's: its roof is seen before it stops. */
export const JUST_BEFORE_MS = 3_000;
/** Steps so far apart are two vehicles'. */
const STEP_BEFORE_MS = 6_000;
/** Who passes in the lane moves the field for no longer. */
const PASSES_MS = 3_000;
/** What has no iron by now has none. */
const LOOKED_MS = 10_000;
/** People and carts are gone by then, most of them; what stays is not known ... */
const PASSING_MS = 45_000;
/** ... until it has stood for longer than carts do, unless it is as tall as a car. */
const STANDING_MS = 720_000;

/** `leftAt`: when the last vehicle left, whose step is not the one that comes. */
export function beginOnset(
  { since, isTall }: Pick<Onset, 'since' | 'isTall'>,
  magnetic: MagneticVote,
  leftAt: number,
): Onset {
  const { run, heardAt } = magnetic.field;
  const begun: Onset = {
    since,
    level: levelBefore(since, magnetic, leftAt),
    isLeftOver: false,
    isTall,
    roofMm: undefined,
    sum: ZERO,
    squares: 0,
    count: 0,
  };
  // A distance is sure of it only some samples later.
  return run
    .slice(1)
    .filter(({ at }) => at >= since + ROLLS_MS && at !== heardAt)
    .reduce((onset, { field }) => withField(onset, field), begun);
}

/** Where the field rested while the bay was vacant; undefined: that cannot be told. */
function levelBefore(
  since: number,
  { field, lastStep }: MagneticVote,
  leftAt: number,
): Vector | undefined {
  // Before its noise is known, a level goes along with whatever comes.
  if (field.knownSince === undefined || field.knownSince > since - STEP_BEFORE_MS) return undefined;
  // It has not come to rest since the last vehicle left.
  const [, left] = field.run;
  if (left !== undefined && left.at <= leftAt + LEAVES_MS) return undefined;
  if (lastStep === undefined || lastStep.since < since - JUST_BEFORE_MS) {
    // It had not come to rest, and took the vehicle's level for the end of its own way.
    return field.levelAt > since - ROLLS_MS ? undefined : field.level;
  }
  // The field has settled on the vehicle before the distance was sure that there is one.
  if (lastStep.since > leftAt + STEP_BEFORE_MS) return minus(field.level, lastStep.step);
  return lastStep.since > leftAt + LEAVES_MS ? undefined : field.level;
}

/** What a vehicle that left has uncovered: whether that has iron only another step can tell. */
export const leftOver = (since: number, isTall: boolean, { field }: MagneticVote): Onset => ({
  since,
  level: field.level,
  isLeftOver: true,
  isTall,
  roofMm: undefined,
  sum: ZERO,
  squares: 0,
  count: 0,
});

/** After one more look at the field and the distance. */
export function withOnset(
  onset: Onset,
  magnetic: MagneticVote,
  at: number,
  roofMm: number | undefined,
): Onset {
  const looked = withLook(onset, magnetic, at);
  const isDue = looked.roofMm === undefined && at - looked.since > LOOKED_MS;
  return isDue && roofMm !== undefined ? { ...looked, roofMm } : looked;
}

function withLook(onset: Onset, { field }: MagneticVote, at: number): Onset {
  const { since, count } = onset;
  if (field.heardAt !== at || at - since < ROLLS_MS) return onset;
  return at - since > LOOKED_MS && count >= LEAST_COUNT ? onset : withField(onset, field.last);
}

function withField(onset: Onset, field: Vector): Onset {
  const { level, sum, squares, count } = onset;
  const moved = level === undefined ? 0 : apart(field, level);
  return {
    ...onset,
    sum: plus(sum, field),
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
const LEAST_LOW_RATIO = 0.045;
/** So much of a median step no vehicle in the next bay adds. */
const MOST_BESIDE_RATIO = 0.4;

/** Whether what came has changed the field as vehicles do. */
export function hasIron(
  { since, level, isLeftOver, sum, squares, count }: Onset,
  magnetic: MagneticVote,
  at: number,
  isTall: boolean,
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
  // Somebody may have come beside or passed in the lane at this very moment; more likely it is a car.
  if (isTall) return 'yes';
  if (magnetic.median === undefined) return 'cannot say';
  if (at - since < ROLLS_MS + PASSES_MS) return 'no';
  // What stands stands still; who passes in the lane does not.
  const spread = Math.sqrt(Math.max(0, squares / count - shift * shift));
  if (spread > STILL_SHARE * shift + quiet) return 'no';
  const ratio = shift / median;
  // So little a field drifts by while it is looked at.
  if (ratio < LEAST_LOW_RATIO) return 'no';
  return ratio > MOST_BESIDE_RATIO || whose(ratio, since).ownOdds > 0 ? 'yes' : 'no';
}

export function isThing(
  { since }: Onset,
  at: number,
  isTall: boolean,
): 'passing' | 'standing' | 'staying' {
  if (at - since < PASSING_MS) return 'passing';
  return at - since < STANDING_MS && !isTall ? 'standing' : 'staying';
}
