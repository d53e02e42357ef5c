import type { Known } from './distance-vote.ts';
import { followField, restless } from './field-level.ts';
import type { FieldLevel, FieldStep } from './field-level.ts';
import { quietOver } from './quiet.ts';
import { medianStep, noSteps, withOwnStep, withStep } from './step-sizes.ts';
import type { StepSizes } from './step-sizes.ts';
import { outlastedBy } from './stay-memory.ts';
import { lengthOf, plus } from './vector.ts';
import type { Vector } from './vector.ts';

/** What the field alone makes of a bay. */
export interface MagneticVote {
  readonly belief: Known | 'unknown';
  /** First evidence of the belief; monotonic milliseconds. */
  readonly since: number;
  /** Log-odds that the belief is right, as its last step left them. */
  readonly odds: number;
  readonly field: FieldLevel;
  readonly sizes: StepSizes;
  /** The median vehicle step in the node's own unit, learned; undefined: not yet. */
  readonly median: number | undefined;
  /** While occupied: what the vehicle may have added to the field, the likeliest first. */
  readonly cars: readonly Vector[];
  /** The last step, whosesoever it was; what a neighbour's is held against. */
  readonly lastStep: FieldStep | undefined;
  /** The last step that only a vehicle in this bay makes. */
  readonly lastOwn: FieldStep | undefined;
}

export const newMagneticVote: MagneticVote = {
  belief: 'unknown',
  since: 0,
  odds: 0,
  field: restless,
  sizes: noSteps,
  median: undefined,
  cars: [],
  lastStep: undefined,
  lastOwn: undefined,
};

/** The node's median vehicle step, in its own unit; undefined while nothing is known. */
export function medianStepOf({ median, sizes, field }: MagneticVote): number | undefined {
  if (median !== undefined) return median;
  const quiet = quietOver(field.quiet, 0);
  return quiet === undefined ? undefined : medianStep(sizes, quiet, undefined);
}

export function feel(
  before: MagneticVote,
  field: Vector,
  temperatureC: number | undefined,
  at: number,
  {
    confirmMs,
    typicalStep,
  }: { readonly confirmMs: number; readonly typicalStep: number | undefined },
): { readonly state: MagneticVote; readonly step: FieldStep | undefined } {
  const moved = followField(before.field, field, temperatureC, at, confirmMs);
  const { step } = moved;
  if (step === undefined) return { state: { ...before, field: moved.state }, step };
  const sizes = withStep(before.sizes, step.size);
  const median = medianStep(sizes, step.quiet, typicalStep);
  return { state: { ...before, field: moved.state, lastStep: step, sizes, median }, step };
}

/** Steps of vehicles as ratios to the median, by log-odds that it was one and no drift or charger. */
const OWN_ODDS: readonly (readonly [ratio: number, odds: number])[] = [
  [0.02, -5],
  [0.04, -2],
  [0.07, -0.5],
  [0.12, 1],
  [0.2, 2.5],
  [0.3, 4],
  [0.5, 6],
  [1, 7],
];

export function ownOddsOf(ratio: number): number {
  const above = OWN_ODDS.findIndex(([each]) => each > ratio);
  if (above === 0) return -9;
  const [from, low] = OWN_ODDS[above < 0 ? OWN_ODDS.length - 1 : above - 1] ?? [1, 7];
  const [to, high] = OWN_ODDS[above] ?? [from, low];
  return to === from ? low : low + ((high - low) * Math.log(ratio / from)) / Math.log(to / from);
}

/** Such a step is no neighbour's. */
const SURE_RATIO = 0.3;

/** What a step makes of the bay; `othersOdds`: log-odds against its being another bay's. */
export function judgeStep(before: MagneticVote, step: FieldStep, othersOdds: number): MagneticVote {
  const median = medianStepOf(before);
  if (median === undefined) return before;
  const ratio = step.size / median;
  const odds = Math.min(ownOddsOf(ratio), othersOdds);
  const isOwn = ratio >= SURE_RATIO && odds > 0;
  const scaled = isOwn ? withSize(before, step.size) : before;
  switch (before.belief) {
    case 'vacant':
      if (odds <= 0) return scaled;
      return {
        ...scaled,
        belief: 'occupied',
        since: step.since,
        odds,
        cars: [step.step],
        lastOwn: step,
      };
    case 'occupied':
      return judgeInOccupied(scaled, step, ratio, odds, median);
    case 'unknown':
      return isOwn ? judgeFirst(scaled, step, median) : scaled;
  }
}

/** Left behind after a departure is hardly more than this, as a ratio to the median step. */
const LEFT_BEHIND = 0.4;
const LIKE_SHARE = 0.6;

const fits = (left: Vector, car: Vector, median: number): boolean =>
  lengthOf(left) <= Math.max(LEFT_BEHIND * median, LIKE_SHARE * lengthOf(car)) &&
  lengthOf(left) <= 0.85 * lengthOf(car);

function judgeInOccupied(
  before: MagneticVote,
  step: FieldStep,
  ratio: number,
  odds: number,
  median: number,
): MagneticVote {
  const goes = before.cars.find((car) => fits(plus(step.step, car), car, median));
  if (goes !== undefined) {
    const carRatio = lengthOf(goes) / median;
    const isLikely = odds > 0 || carRatio < SURE_RATIO;
    if (isLikely && ratio > 0.3 * carRatio) {
      return {
        ...before,
        belief: 'vacant',
        since: step.since,
        odds: Math.min(odds < 0 ? 0.7 : odds, before.odds + 2),
        cars: [],
        lastOwn: step,
      };
    }
  }
  if (ratio < SURE_RATIO || odds <= 0) return before;
  // It fits no departure: one has been missed, or one car took another's place.
  const [car] = before.cars;
  const cars = car === undefined ? [step.step] : [step.step, plus(step.step, car)];
  return { ...before, odds: Math.min(before.odds, 1.5), since: step.since, cars, lastOwn: step };
}

/** Nobody knows yet who stood here: there and back is a stay, two different steps are two cars. */
function judgeFirst(before: MagneticVote, step: FieldStep, median: number): MagneticVote {
  const { lastOwn } = before;
  if (lastOwn === undefined) return { ...before, lastOwn: step };
  const isBack = fits(plus(step.step, lastOwn.step), lastOwn.step, median);
  return {
    ...before,
    belief: isBack ? 'vacant' : 'occupied',
    since: step.since,
    odds: isBack ? 3 : 1.5,
    cars: isBack ? [] : [step.step],
    lastOwn: step,
  };
}

export function withSize(before: MagneticVote, size: number): MagneticVote {
  return { ...before, sizes: withOwnStep(before.sizes, size) };
}

/** How often a departure is missed, by the size of the car that left; as [ratio, share]. */
const MISSED: readonly (readonly [ratio: number, share: number])[] = [
  [0.1, 0.3],
  [0.2, 0.1],
  [0.3, 0.03],
  [0.5, 0.005],
];

/**
 * Log-odds that the belief still holds at `at`: a bay stays occupied for as long as stays last, or
 * its car has left and was missed, which is the likelier the less there was to see of it.
 */
export function oddsNow(vote: MagneticVote, at: number): number {
  if (vote.belief !== 'occupied') return vote.odds;
  const median = medianStepOf(vote) ?? 1;
  const [car] = vote.cars;
  const ratio = car === undefined ? 0 : lengthOf(car) / median;
  const [, missed] = MISSED.find(([most]) => ratio <= most) ?? [1, 0.001];
  const stays = outlastedBy(at - vote.since);
  const left = (1 - stays) * missed;
  return Math.min(vote.odds, Math.log((stays + 1e-9) / (left + 1e-9)));
}

/** What is known is no more, but for what was learned of the node. */
export const forgetMagnetic = (vote: MagneticVote): MagneticVote => ({
  ...vote,
  belief: 'unknown',
  odds: 0,
  cars: [],
  lastOwn: undefined,
});
