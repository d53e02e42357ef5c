import type { BayState } from '#contract/bay.ts';
import { confidenceOf, confidenceOfDistance } from './confidence.ts';
import { forgetDistance, newDistanceVote, voteByDistance } from './distance-vote.ts';
import type { DistanceParameters, DistanceVote, Known } from './distance-vote.ts';
import { doubtSince, medianMm } from './distance-window.ts';
import {
  feel,
  forgetMagnetic,
  judgeStep,
  medianStepOf,
  newMagneticVote,
  oddsNow,
} from './magnetic-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { beginOnset, hasIron, isThing, withOnset } from './onset.ts';
import type { Onset } from './onset.ts';
import type { FieldReading, Reading, Sample } from './sample.ts';
import { taught } from './teach.ts';
import { minus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';

/**
 * What a bay's samples say: a pure function of samples and their times, without a clock of its own.
 * A bay may have a distance, a field or both, and each alone is enough.
 */
export type DetectorParameters = DistanceParameters;

/** What the bays around say of this one at this moment. */
export interface Around {
  /** What the whole lot sees of the field, to be subtracted. */
  readonly common: Vector;
  /** Log-odds that a step of this ratio to the median, at that time, is this bay's own. */
  readonly ownOdds: (ratio: number, since: number) => number;
  /** The median vehicle step of nodes like this one; undefined: there is none to compare with. */
  readonly typicalStep: number | undefined;
}

export const ALONE: Around = {
  common: ZERO,
  ownOdds: () => Number.POSITIVE_INFINITY,
  typicalStep: undefined,
};

export interface DetectorState {
  readonly belief: BayState;
  /** First evidence of the belief; monotonic milliseconds. */
  readonly since: number;
  readonly distance: DistanceVote;
  readonly magnetic: MagneticVote;
  /** Something came under the sensor, and it is not known yet what. */
  readonly onset: Onset | undefined;
  /** When anything, and when something that decides, was last heard; monotonic milliseconds. */
  readonly heardAt: number | undefined;
  readonly validAt: number | undefined;
  /** Which of the two decided last. */
  readonly by: 'distance' | 'field' | 'both';
}

/** A change that was confirmed. `sensedAt`: its first evidence, by the monotonic clock. */
export interface Decision {
  readonly state: BayState;
  readonly sensedAt: number;
  /** Probability that the state is right; 0 of `unknown`. */
  readonly confidence: number;
}

export interface Sensed {
  readonly state: DetectorState;
  readonly decision: Decision | undefined;
}

export function newDetector({ mountMm }: Pick<DetectorParameters, 'mountMm'>): DetectorState {
  return {
    belief: 'unknown',
    since: 0,
    distance: newDistanceVote(mountMm),
    magnetic: newMagneticVote,
    onset: undefined,
    heardAt: undefined,
    validAt: undefined,
    by: 'distance',
  };
}

/** Takes one sample, heard at `at` (monotonic milliseconds, never falling). */
export function sense(
  before: DetectorState,
  sample: Sample,
  at: number,
  parameters: DetectorParameters,
  around: Around = ALONE,
): Sensed {
  const heard = hear(before, sample, at, parameters, around);
  const next = decide(heard, at, parameters, around);
  if (next === undefined) return { state: heard, decision: undefined };
  const state = taught(next, at);
  const confidence = presentConfidence(state);
  return { state, decision: { state: state.belief, sensedAt: state.since, confidence } };
}

/** Each kind of reading by itself. */
function hear(
  before: DetectorState,
  { distance: reading, field, temperature }: Sample,
  at: number,
  parameters: DetectorParameters,
  around: Around,
): DetectorState {
  const distance =
    reading === undefined
      ? before.distance
      : voteByDistance(before.distance, reading, at, parameters);
  const isBlind = !sees(distance, at, parameters);
  const magnetic =
    field?.quality === 'ok'
      ? feelField(before.magnetic, { field, temperature, isBlind }, at, parameters, around)
      : before.magnetic;
  const isFelt = field?.quality === 'ok' && isBlind && isSure(magnetic, at);
  const validAt = reading?.quality === 'ok' || isFelt ? at : before.validAt;
  const heard = { ...before, distance, magnetic, heardAt: at, validAt };
  return { ...heard, onset: onsetOf(heard, at) };
}

/** Whether distances say anything now. */
const sees = ({ belief, validAt }: DistanceVote, at: number, { unknownMs }: DetectorParameters) =>
  belief !== 'unknown' && validAt !== undefined && at - validAt <= unknownMs;

const isSure = (magnetic: MagneticVote, at: number): boolean =>
  magnetic.belief !== 'unknown' && oddsNow(magnetic, at) > 0;

function feelField(
  before: MagneticVote,
  heard: {
    readonly field: FieldReading;
    readonly temperature: Reading | undefined;
    readonly isBlind: boolean;
  },
  at: number,
  { confirmMs }: DetectorParameters,
  around: Around,
): MagneticVote {
  const { xUt: x, yUt: y, zUt: z } = heard.field;
  const temperatureC = heard.temperature?.quality === 'ok' ? heard.temperature.value : undefined;
  const { common } = around;
  const field = common === ZERO ? { x, y, z } : minus({ x, y, z }, common);
  const { state, step } = feel(before, field, temperatureC, at, {
    confirmMs,
    typicalStep: around.typicalStep,
  });
  if (step === undefined || !heard.isBlind) return state;
  const median = medianStepOf(state);
  if (median === undefined) return state;
  return judgeStep(state, step, around.ownOdds(step.size / median, step.since));
}

/** Something under the sensor of a bay that is not occupied: since when, and with how much iron. */
function onsetOf({ belief, distance, magnetic, onset }: DetectorState, at: number) {
  if (belief === 'occupied') return undefined;
  const { pending } = distance;
  const since =
    pending?.state === 'occupied'
      ? pending.since
      : distance.belief === 'occupied' && pending === undefined
        ? distance.since
        : onset !== undefined && distance.belief === 'occupied'
          ? onset.since
          : undefined;
  if (since === undefined) return undefined;
  return withOnset(onset?.since === since ? onset : beginOnset(since, magnetic), magnetic, at);
}

/** The state after a change of belief; undefined: it stays. */
function decide(
  heard: DetectorState,
  at: number,
  parameters: DetectorParameters,
  around: Around,
): DetectorState | undefined {
  const { distance, magnetic, belief } = heard;
  if (sees(distance, at, parameters)) {
    if (distance.belief === 'vacant') {
      return belief === 'vacant' ? undefined : believe(heard, 'vacant', distance.since, 'distance');
    }
    return distance.belief === 'occupied' && belief !== 'occupied'
      ? decideOccupied(heard, at, around)
      : undefined;
  }
  if (magnetic.belief === 'unknown') return undefined;
  if (!isSure(magnetic, at)) {
    const isOurs = belief !== 'unknown' && heard.by === 'field';
    return isOurs ? { ...heard, belief: 'unknown', since: at } : undefined;
  }
  if (magnetic.belief === belief) return undefined;
  return believe(heard, magnetic.belief, magnetic.since, 'field');
}

/** A distance without iron is a person, a cart or boxes, until it has lasted too long for those. */
function decideOccupied(
  heard: DetectorState,
  at: number,
  around: Around,
): DetectorState | undefined {
  const { onset, magnetic, distance, belief } = heard;
  if (onset === undefined) return believe(heard, 'occupied', distance.since, 'distance');
  const iron = hasIron(onset, magnetic, at, around.ownOdds);
  if (iron === 'cannot say') return believe(heard, 'occupied', onset.since, 'distance');
  if (iron === 'yes') return believe(heard, 'occupied', onset.since, 'both');
  switch (isThing(onset, at)) {
    case 'passing':
      return undefined;
    case 'standing':
      return belief === 'unknown' ? undefined : { ...heard, belief: 'unknown', since: onset.since };
    case 'staying':
      return believe(heard, 'occupied', onset.since, 'distance');
  }
}

const believe = (
  heard: DetectorState,
  belief: Known,
  since: number,
  by: DetectorState['by'],
): DetectorState => ({ ...heard, belief, since, by });

/** Whether nothing valid was heard for so long that the bay's state is not known any more. */
export function isOverdue(
  { validAt }: DetectorState,
  at: number,
  { unknownMs }: DetectorParameters,
): boolean {
  return validAt !== undefined && at - validAt > unknownMs;
}

/** The bay's state is not known any more; what was learned of floor and field is kept. */
export function forget(state: DetectorState): DetectorState {
  return {
    ...state,
    belief: 'unknown',
    distance: forgetDistance(state.distance),
    magnetic: forgetMagnetic(state.magnetic),
    onset: undefined,
  };
}

/**
 * Until when the bay's state is decided for good: no later decision will have its first evidence
 * before this. undefined while nothing is believed.
 */
export function decidedUntil(state: DetectorState, confirmMs: number): number | undefined {
  const { belief, validAt, distance, magnetic, onset } = state;
  if (belief === 'unknown' || validAt === undefined) return undefined;
  return Math.min(
    validAt - confirmMs,
    distance.pending?.since ?? Number.POSITIVE_INFINITY,
    doubtSince(distance.window, belief) ?? Number.POSITIVE_INFINITY,
    onset?.since ?? Number.POSITIVE_INFINITY,
    magnetic.field.run[1]?.at ?? Number.POSITIVE_INFINITY,
  );
}

/** How far the present belief may be trusted: the probability that it is right. */
export function presentConfidence(state: DetectorState): number {
  const { belief, by, distance, magnetic, heardAt = 0 } = state;
  if (belief === 'unknown') return 0;
  if (by === 'field') return confidenceOf('field', oddsNow(magnetic, heardAt));
  const mm = medianMm(distance.window);
  if (mm === undefined) return confidenceOf('field', oddsNow(magnetic, heardAt));
  const { floorMm, validShare } = distance;
  return confidenceOfDistance({ side: belief, mm, floorMm, validShare });
}
