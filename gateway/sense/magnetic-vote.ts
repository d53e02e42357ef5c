import type { Known } from './distance-vote.ts';
import { followField, restless } from './field-level.ts';
import type { FieldLevel, FieldStep } from './field-level.ts';
import { afterStep, leaked, nobodyKnows, occupiedOdds } from './hypotheses.ts';
import type { Hypothesis } from './hypotheses.ts';
import { quietOver } from './quiet.ts';
import { medianStep, noSteps, repeatedOf, withOwnStep, withStep } from './step-sizes.ts';
import type { StepSizes } from './step-sizes.ts';
import type { Vector } from './vector.ts';
import type { Whose } from './whose-step.ts';

/** What the field alone makes of a bay. */
export interface MagneticVote {
  readonly belief: Known | 'unknown';
  /** First evidence of the belief; monotonic milliseconds. */
  readonly since: number;
  readonly hypotheses: readonly Hypothesis[];
  readonly field: FieldLevel;
  readonly sizes: StepSizes;
  /** The median vehicle step in the node's own unit, learned; undefined: not yet. */
  readonly median: number | undefined;
  /** The last step, whosesoever it was; what a neighbour's is held against. */
  readonly lastStep: FieldStep | undefined;
}

export const newMagneticVote: MagneticVote = {
  belief: 'unknown',
  since: 0,
  hypotheses: nobodyKnows,
  field: restless,
  sizes: noSteps,
  median: undefined,
  lastStep: undefined,
};

/** The node's median vehicle step, in its own unit; undefined while nothing is known. */
export function medianStepOf({ median, sizes, field }: MagneticVote): number | undefined {
  if (median !== undefined) return median;
  const quiet = quietOver(field.quiet, 0);
  return quiet === undefined ? undefined : medianStep(sizes, quiet, undefined);
}

export interface Felt {
  readonly state: MagneticVote;
  readonly step: FieldStep | undefined;
}

export function feel(
  before: MagneticVote,
  heard: {
    readonly field: Vector;
    readonly temperatureC: number | undefined;
    readonly at: number;
    readonly confirmMs: number;
    readonly typicalStep: number | undefined;
  },
): Felt {
  const moved = followField(before.field, heard);
  const { step } = moved;
  if (step === undefined) return { state: { ...before, field: moved.state }, step };
  const sizes = withStep(before.sizes, step.step);
  const median = medianStep(sizes, step.quiet, heard.typicalStep);
  return { state: { ...before, field: moved.state, lastStep: step, sizes, median }, step };
}

/** Log-odds from which on something is believed, and below which it is not any more. */
const SURE_AT_FIRST = 1.4;
/** What a step must add to the log-odds to change a belief. */
const LEAST_GAIN = 0.7;
/** Larger than any neighbour's, and to be counted among vehicles. */
const OWN_RATIO = 0.3;

/** What a step makes of the bay. */
export function judgeStep(before: MagneticVote, step: FieldStep, whose: Whose): MagneticVote {
  const median = medianStepOf(before);
  if (median === undefined) return before;
  const { since, quiet } = step;
  const hypotheses = afterStep(before.hypotheses, {
    step: step.step,
    since,
    median,
    whose,
    repeated: step.size < OWN_RATIO * median ? repeatedOf(before.sizes, step.step) : 0,
    quiet,
  });
  const isOwn = step.size >= OWN_RATIO * median && whose.ownOdds > 0;
  const next = { ...before, hypotheses };
  const gained = occupiedOdds(hypotheses) - occupiedOdds(leaked(before.hypotheses, since, median));
  return believing(isOwn ? withSize(next, step.size) : next, since, gained);
}

/** That time has passed is no evidence for a change of belief: only a step is. */
function believing(vote: MagneticVote, since: number, gained: number): MagneticVote {
  const odds = occupiedOdds(vote.hypotheses);
  if (odds > 0 ? gained < LEAST_GAIN : gained > -LEAST_GAIN) return vote;
  const belief = odds > 0 ? 'occupied' : 'vacant';
  if (belief === vote.belief) return vote;
  if (vote.belief === 'unknown' && Math.abs(odds) < SURE_AT_FIRST) return vote;
  return { ...vote, belief, since };
}

export function withSize(before: MagneticVote, size: number): MagneticVote {
  return { ...before, sizes: withOwnStep(before.sizes, size) };
}

/** Log-odds that the belief still holds at `at`: vehicles may have left unseen since. */
export function oddsNow({ belief, hypotheses, median }: MagneticVote, at: number): number {
  if (belief === 'unknown') return 0;
  const odds = occupiedOdds(leaked(hypotheses, at, median ?? 1));
  return belief === 'occupied' ? odds : -odds;
}

/** What is known is no more, but for what was learned of the node. */
export const forgetMagnetic = (vote: MagneticVote): MagneticVote => ({
  ...vote,
  belief: 'unknown',
  hypotheses: nobodyKnows,
});
