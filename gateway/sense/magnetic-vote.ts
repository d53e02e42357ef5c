import type { Known } from './distance-vote.ts';
import { followField, restless } from './field-level.ts';
import type { FieldLevel, FieldStep } from './field-level.ts';
import {
  afterStep,
  doubted,
  leaked,
  nobodyKnows,
  occupiedOdds,
  slowlyLeft,
  soSince,
} from './hypotheses.ts';
import type { Hypothesis } from './hypotheses.ts';
import { quietOver } from './quiet.ts';
import { lnSum } from './step-odds.ts';
import {
  firstMedian,
  medianStep,
  noSteps,
  repeatedOf,
  withOwnStep,
  withStep,
} from './step-sizes.ts';
import type { StepSizes } from './step-sizes.ts';
import { lengthOf } from './vector.ts';
import type { Vector } from './vector.ts';
import { NOBODYS } from './whose-step.ts';
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
  /** Log-odds that the belief holds, as they were last weighed, and when. */
  readonly odds: number;
  readonly weighedAt: number;
  /** When the floor was last heard where a vehicle might stand; see `withFloorEcho`. */
  readonly floorAt: number;
}

export const newMagneticVote: MagneticVote = {
  belief: 'unknown',
  since: 0,
  hypotheses: nobodyKnows,
  field: restless,
  sizes: noSteps,
  median: undefined,
  lastStep: undefined,
  odds: 0,
  weighedAt: Number.NEGATIVE_INFINITY,
  floorAt: Number.NEGATIVE_INFINITY,
};

/** To be changed before it is handed on. Written out: each sample makes some, and a spread takes thirty times as long. */
const copyOf = (of: MagneticVote) => ({
  belief: of.belief,
  since: of.since,
  hypotheses: of.hypotheses,
  field: of.field,
  sizes: of.sizes,
  median: of.median,
  lastStep: of.lastStep,
  odds: of.odds,
  weighedAt: of.weighedAt,
  floorAt: of.floorAt,
});

/** The node's median vehicle step, in its own unit, or a guess; undefined while nothing is known. */
export function medianStepOf({ median, sizes, field }: MagneticVote): number | undefined {
  if (median !== undefined) return median;
  const quiet = quietOver(field.quiet, 0);
  return quiet === undefined ? undefined : firstMedian(sizes, quiet);
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
  if (step === undefined) {
    const state = copyOf(before);
    state.field = moved.state;
    const isDue = heard.at - before.weighedAt >= WEIGH_EVERY_MS;
    return { state: isDue ? weighed(state, heard.at) : state, step };
  }
  const sizes = withStep(before.sizes, step);
  const median = medianStep(sizes, heard.typicalStep);
  return { state: { ...before, field: moved.state, lastStep: step, sizes, median }, step };
}

const WEIGH_EVERY_MS = 10_000;

/** What time and drift make of the belief: a vehicle may have left unseen, or slowly. */
function weighed(vote: MagneticVote, at: number): MagneticVote {
  const { belief, hypotheses, field } = vote;
  const median = medianStepOf(vote) ?? 1;
  const now = leaked(hypotheses, at, median);
  const occupied = occupiedOdds(now);
  if (belief === 'vacant') return believedBy(vote, -occupied, at);
  if (-occupied > SURE_AT_FIRST && at - vote.floorAt <= 2 * WEIGH_EVERY_MS) {
    const since = vote.floorAt;
    return { ...vote, belief: 'vacant', since, hypotheses: now, odds: -occupied, weighedAt: at };
  }
  const quiet = quietOver(field.quiet, 0) ?? 0;
  const left = slowlyLeft(now, at, { median, quiet, path: field.path });
  if (left < SURE_CREPT) {
    return believedBy(vote, occupied > 0 ? -lnSum(-occupied, left) : occupied, at);
  }
  const weight = -Math.log1p(Math.exp(-left));
  return {
    ...vote,
    belief: 'vacant',
    since: at,
    hypotheses: [
      soSince(at, at, { car: undefined, path: field.path, weight }),
      ...now.map((one) => ({ ...one, weight: one.weight - left + weight })),
    ],
    odds: left,
    weighedAt: at,
  };
}

/** Only a level that has crept back to where it was says so much against a vehicle. */
const SURE_CREPT = 2.5;

/** Log-odds from which on something is believed, and below which it is not any more. */
const SURE_AT_FIRST = 1.4;
/** What a step must add to the log-odds to change a belief. */
const LEAST_GAIN = 0.7;
/** Of nodes that speak of changes: a vehicle that has not made it speak. */
const BY_THE_WAY = Math.log(0.05);
/** A vehicle that no sample has met on its way in or out. */
const AT_A_STROKE = Math.log(0.02);
/** Larger than any neighbour's, and to be counted among vehicles. */
const OWN_RATIO = 0.3;

/** What a step makes of the bay. */
export function judgeStep(before: MagneticVote, step: FieldStep, whose: Whose): MagneticVote {
  const median = medianStepOf(before);
  if (median === undefined) return before;
  const { since, quiet } = step;
  const isSmall = step.size < OWN_RATIO * median;
  // What is switched bays beside it feel too, as they feel a vehicle.
  const isSwitched = isSmall && step.isAtAStroke;
  const hypotheses = afterStep(before.hypotheses, {
    step: step.step,
    since,
    median,
    whose: step.isByTheWay || isSwitched ? NOBODYS : whose,
    seenSo: (step.isByTheWay ? BY_THE_WAY : 0) + (isSwitched ? AT_A_STROKE : 0),
    repeated: isSmall ? repeatedOf(before.sizes, step.step, since) : 0,
    quiet,
    path: step.path,
  });
  const isOwn = !isSmall && whose.ownOdds > 0 && whose.isLargest;
  const next = { ...before, hypotheses };
  const gained = occupiedOdds(hypotheses) - occupiedOdds(leaked(before.hypotheses, since, median));
  return reweighed(believing(isOwn ? withSize(next, step.size) : next, since, gained), since);
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

/** An echo of the floor below a vehicle is the roof's, heard twice: one of 500, of a floor that shows one of 30. */
const BY_FLOOR_ECHO = Math.log(15);

/** Of so little iron that a field hardly shows it leave. */
const LIGHT_RATIO = 0.2;

/** Whether the vehicle that is most likely here is known to have hardly any iron. */
export function isLight(vote: MagneticVote): boolean {
  const car = vote.hypotheses.find((one) => one.car !== undefined)?.car;
  const median = medianStepOf(vote);
  return car != null && median !== undefined && lengthOf(car) < LIGHT_RATIO * median;
}

/** The floor was heard where a vehicle should stand; what it changes is believed when next weighed. */
export function withFloorEcho(vote: MagneticVote, at: number): MagneticVote {
  const next = copyOf(vote);
  next.hypotheses = doubted(vote.hypotheses, BY_FLOOR_ECHO);
  next.floorAt = at;
  return reweighed(next, at);
}

/** Of hypotheses that are new: how likely the belief is by them. */
export function reweighed(vote: MagneticVote, at: number): MagneticVote {
  const occupied = occupiedOdds(vote.hypotheses);
  return believedBy(vote, vote.belief === 'occupied' ? occupied : -occupied, at);
}

/** Of a belief that is more likely wrong nothing is left. */
function believedBy(vote: MagneticVote, odds: number, at: number): MagneticVote {
  const next = copyOf(vote);
  const holds = vote.belief !== 'unknown' && odds > 0;
  if (!holds) next.belief = 'unknown';
  next.odds = holds ? odds : 0;
  next.weighedAt = at;
  return next;
}

/** What is known is no more, but for what was learned of the node. */
export const forgetMagnetic = (vote: MagneticVote): MagneticVote => ({
  ...vote,
  belief: 'unknown',
  hypotheses: nobodyKnows,
  odds: 0,
});
