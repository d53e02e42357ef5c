import type { DetectorState } from './detector.ts';
import { displacementOf } from './field-level.ts';
import { withSize } from './magnetic-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { lengthOf, minus, plus } from './vector.ts';
import type { Vector } from './vector.ts';

/** So sure is a distance that taught the field what stands here. */
const TAUGHT_ODDS = 4;
const LATELY_MS = 20_000;

/** After a decision by distance the field's vote is the same, and it knows what the car looks like. */
export function taught(state: DetectorState, at: number): DetectorState {
  const { belief, by, magnetic, onset, since } = state;
  if (by === 'field' || magnetic.field.heardAt === undefined) return state;
  if (belief === 'unknown') return state;
  const before = onset?.level;
  const base: MagneticVote = { ...magnetic, belief, since, odds: TAUGHT_ODDS };
  if (belief === 'vacant') return { ...state, onset: undefined, magnetic: { ...base, cars: [] } };
  const car = before === undefined ? undefined : carOf(magnetic, before, at);
  const sized = car !== undefined && by === 'both' ? withSize(base, lengthOf(car)) : base;
  return {
    ...state,
    onset: undefined,
    magnetic: { ...sized, cars: car === undefined ? [] : [car] },
  };
}

function carOf({ field, lastStep }: MagneticVote, before: Vector, at: number): Vector {
  if (lastStep !== undefined && at - lastStep.since < LATELY_MS) return lastStep.step;
  return minus(plus(field.level, displacementOf(field)), before);
}
