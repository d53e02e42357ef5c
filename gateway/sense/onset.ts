import { medianStepOf } from './magnetic-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { quietOver } from './quiet.ts';
import { apart, plus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';

/** Something came under the distance sensor: what the field did meanwhile. */
export interface Onset {
  readonly since: number;
  /** Where the field rested before; undefined: there is none. */
  readonly level: Vector | undefined;
  readonly sum: Vector;
  readonly count: number;
}

/** A roof is under the sensor a second or two before the wheels stop. */
const ROLLS_MS = 1_200;
/** What has no iron by now has none. */
const LOOKED_MS = 10_000;
/** People and carts are gone by then, most of them; what stays is not known ... */
const PASSING_MS = 45_000;
/** ... until it has stood for longer than carts do. */
const STANDING_MS = 720_000;

export function beginOnset(since: number, { field }: MagneticVote): Onset {
  return {
    since,
    level: field.heardAt === undefined ? undefined : field.level,
    sum: ZERO,
    count: 0,
  };
}

export function withOnset(onset: Onset, { field }: MagneticVote, at: number): Onset {
  if (field.heardAt !== at || at - onset.since < ROLLS_MS || at - onset.since > LOOKED_MS) {
    return onset;
  }
  return { ...onset, sum: plus(onset.sum, field.last), count: onset.count + 1 };
}

/** In quiet changes: a mean of this many samples is off by no more than so much of its own. */
const LEAST_SHIFT = 0.35;
const SHIFT_NOISE = 1.3;
/** A node whose quiet is more than so much of its median step would not see a light vehicle. */
const BLIND_RATIO = 0.15;

/** Whether what came has changed the field as vehicles do. */
export function hasIron(
  { since, level, sum, count }: Onset,
  magnetic: MagneticVote,
  at: number,
  ownOdds: (ratio: number, since: number) => number,
): 'yes' | 'no' | 'cannot say' {
  const quiet = quietOver(magnetic.field.quiet, 0);
  const median = medianStepOf(magnetic);
  const { heardAt } = magnetic.field;
  if (level === undefined || quiet === undefined || median === undefined) return 'cannot say';
  if (heardAt === undefined || at - heardAt > LOOKED_MS || quiet > BLIND_RATIO * median) {
    return 'cannot say';
  }
  if (count === 0) return 'no';
  const mean = { x: sum.x / count, y: sum.y / count, z: sum.z / count };
  const shift = apart(mean, level);
  if (shift < quiet * (LEAST_SHIFT + SHIFT_NOISE / Math.sqrt(count))) return 'no';
  return ownOdds(shift / median, since) > -1 ? 'yes' : 'no';
}

export function isThing({ since }: Onset, at: number): 'passing' | 'standing' | 'staying' {
  if (at - since < PASSING_MS) return 'passing';
  return at - since < STANDING_MS ? 'standing' : 'staying';
}
