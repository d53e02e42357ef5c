import type { BayState } from '#contract/bay.ts';
import { calibrated, clearness } from './confidence.ts';
import type { Evidence } from './confidence.ts';
import {
  forgetDistance,
  isFloorEcho,
  newDistanceVote,
  otherSince,
  sunkSince,
  tallSince,
  voteByDistance,
} from './distance-vote.ts';
import type { DistanceParameters, DistanceVote } from './distance-vote.ts';
import { doubtSince, medianMm } from './distance-window.ts';
import { decide, isSure, SAME_CHANGE_MS, sees } from './fuse.ts';
import {
  feel,
  forgetMagnetic,
  isLight,
  judgeStep,
  medianStepOf,
  newMagneticVote,
  withFloorEcho,
} from './magnetic-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { beginOnset, withOnset } from './onset.ts';
import type { Onset } from './onset.ts';
import type { FieldReading, Reading, Sample } from './sample.ts';
import { corrected, goneUnfelt, taught, withCar } from './teach.ts';
import { minus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';
import { NOBODYS } from './whose-step.ts';
import type { Whose } from './whose-step.ts';

/**
 * What a bay's samples say: a pure function of samples and their times, without a clock of its own.
 * A bay may have a distance, a field or both, and each alone is enough.
 */
export type DetectorParameters = DistanceParameters;

/** What the bays around say of this one at this moment. */
export interface Around {
  /** What the whole lot sees of the field, to be subtracted. */
  readonly common: Vector;
  /** Whose a step of this ratio to the median is, at that time. */
  readonly whose: (ratio: number, since: number) => Whose;
  /** The median vehicle step of nodes like this one; undefined: there is none to compare with. */
  readonly typicalStep: number | undefined;
}

export const ALONE: Around = {
  common: ZERO,
  whose: () => NOBODYS,
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
  /** What was ever called decided: no evidence before it counts any more. */
  readonly claimedUntil: number;
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
    claimedUntil: Number.NEGATIVE_INFINITY,
    by: 'distance',
  };
}

/** To be changed before it is handed on. Written out: each sample makes some, and a spread takes thirty times as long. */
const copyOf = (of: DetectorState) => ({
  belief: of.belief,
  since: of.since,
  distance: of.distance,
  magnetic: of.magnetic,
  onset: of.onset,
  heardAt: of.heardAt,
  validAt: of.validAt,
  claimedUntil: of.claimedUntil,
  by: of.by,
});

type Draft = ReturnType<typeof copyOf>;

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
  if (next === undefined) {
    claim(heard, parameters);
    return { state: heard, decision: undefined };
  }
  const state = copyOf(taught({ ...next, since: Math.max(next.since, next.claimedUntil) }, at));
  claim(state, parameters);
  const confidence = presentConfidence(state);
  return { state, decision: { state: state.belief, sensedAt: state.since, confidence } };
}

function claim(draft: Draft, { confirmMs }: DetectorParameters): void {
  const until = decidedUntil(draft, confirmMs);
  if (until !== undefined && until > draft.claimedUntil) draft.claimedUntil = until;
}

/** Each kind of reading by itself; nobody else has the state that it returns. */
function hear(
  before: DetectorState,
  { distance: reading, field, temperature }: Sample,
  at: number,
  parameters: DetectorParameters,
  around: Around,
): Draft {
  const distance =
    reading === undefined
      ? before.distance
      : voteByDistance(before.distance, reading, at, parameters);
  const isBlind = !sees(distance, before.magnetic, at, parameters);
  const felt =
    field?.quality === 'ok'
      ? feelField(
          before.magnetic,
          { field, temperature, distance, isBlind },
          at,
          parameters,
          around,
        )
      : before.magnetic;
  const hasFloor = isBlind && reading !== undefined && isFloorEcho(distance, reading);
  const magnetic = isBlind
    ? hasFloor && felt.field.heardAt !== undefined
      ? withFloorEcho(felt, at)
      : felt
    : putRight(felt, distance, before.belief, at, parameters);
  const isFelt = field?.quality === 'ok' && isSure(magnetic);
  const validAt = reading?.quality === 'ok' || isFelt ? at : before.validAt;
  const heard = copyOf(before);
  heard.distance = distance;
  heard.magnetic = magnetic;
  heard.heardAt = at;
  heard.validAt = validAt;
  heard.onset = onsetOf(heard, at);
  return heard;
}

/** By a distance that sees: a light vehicle has gone, or the field is mistaken. */
function putRight(
  felt: MagneticVote,
  distance: DistanceVote,
  held: BayState,
  at: number,
  { confirmMs }: DetectorParameters,
): MagneticVote {
  const sunkAt = held === 'occupied' ? sunkSince(distance) : undefined;
  return sunkAt !== undefined && at - sunkAt >= confirmMs && isLight(felt)
    ? goneUnfelt(felt, sunkAt, at)
    : corrected(felt, distance, held, at);
}

function feelField(
  before: MagneticVote,
  heard: {
    readonly field: FieldReading;
    readonly temperature: Reading | undefined;
    readonly distance: DistanceVote;
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
  const { state, step } = feel(before, {
    field,
    temperatureC,
    at,
    confirmMs,
    typicalStep: around.typicalStep,
  });
  if (step === undefined) return state;
  const median = medianStepOf(state);
  if (median === undefined) return state;
  const { distance, isBlind } = heard;
  if (!isBlind && Math.abs(step.since - distance.since) <= SAME_CHANGE_MS) {
    return distance.belief === 'occupied' ? withCar(state, step.step) : state;
  }
  return judgeStep(state, step, around.whose(step.size / median, step.since));
}

/** Something under the sensor of a bay that is not occupied: since when, and with how much iron. */
function onsetOf(
  { belief, since: heldSince, distance, magnetic, onset }: DetectorState,
  at: number,
) {
  if (belief === 'occupied') return undefined;
  const { pending } = distance;
  if (distance.belief !== 'occupied' && pending?.state !== 'occupied') return undefined;
  const tallAt = tallSince(distance);
  // Where a cart had been there is a car now.
  const hasGrown = onset !== undefined && !onset.isTall && tallAt !== undefined;
  // What has another roof is another thing: how long the first one stood says nothing of it.
  const otherAt = otherSince(distance, onset?.roofMm);
  const isSame = !hasGrown && otherAt === undefined;
  const roofMm = distance.belief === 'occupied' ? medianMm(distance.window) : undefined;
  const isLater = onset !== undefined && onset.since > distance.since;
  if (isLater && distance.belief === 'occupied' && isSame) {
    return withOnset(onset, magnetic, at, roofMm);
  }
  const since =
    pending?.state === 'occupied'
      ? pending.since
      : distance.belief === 'occupied' && pending === undefined
        ? distance.since
        : onset !== undefined && distance.belief === 'occupied'
          ? onset.since
          : undefined;
  if (since === undefined) return undefined;
  if (onset?.since === since && isSame) return withOnset(onset, magnetic, at, roofMm);
  const leftAt = belief === 'vacant' ? heldSince : Number.NEGATIVE_INFINITY;
  const began = hasGrown ? Math.max(since, onset.since, tallAt) : Math.max(since, otherAt ?? since);
  const isTall = tallAt !== undefined;
  return withOnset(beginOnset({ since: began, isTall }, magnetic, leftAt), magnetic, at, roofMm);
}

/** Whether nothing valid was heard for so long that the bay's state is not known any more. */
export function isOverdue(
  { validAt }: DetectorState,
  at: number,
  { unknownMs }: Pick<DetectorParameters, 'unknownMs'>,
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
  const { belief, validAt, distance, onset } = state;
  if (belief === 'unknown' || validAt === undefined) return undefined;
  return Math.min(
    validAt - confirmMs,
    distance.pending?.since ?? Number.POSITIVE_INFINITY,
    doubtSince(distance.window, belief) ?? Number.POSITIVE_INFINITY,
    onset?.since ?? Number.POSITIVE_INFINITY,
    stirredSince(state) ?? Number.POSITIVE_INFINITY,
  );
}

/**
 * Since when the field does not rest, as far as it may change what is believed. While distances say
 * the same as that, only another vehicle may; what stirs so near to the bay's own change is its own.
 */
function stirredSince({ belief, since, validAt, distance, magnetic }: DetectorState) {
  const stirredAt = magnetic.field.run[1]?.at;
  if (stirredAt === undefined) return undefined;
  const agrees = distance.belief === belief && distance.validAt === validAt;
  const isOwn = belief === 'vacant' || stirredAt <= since + SAME_CHANGE_MS;
  return agrees && isOwn ? undefined : stirredAt;
}

/** How far the present belief may be trusted: the probability that it is right. */
export function presentConfidence(state: DetectorState): number {
  const { belief } = state;
  return belief === 'unknown' ? 0 : calibrated(belief, evidenceOf(state));
}

/** What the present belief rests on. */
export function evidenceOf({ belief, by, distance, magnetic }: DetectorState): Evidence {
  const mm = medianMm(distance.window);
  if (by === 'field' || mm === undefined || belief === 'unknown') {
    return { kind: 'field', strength: magnetic.odds };
  }
  const { floorMm, validShare } = distance;
  const strength = clearness({ side: belief, mm, floorMm, validShare });
  const isAlone = magnetic.field.heardAt === undefined;
  return {
    kind: by === 'both' ? 'both' : isAlone ? 'distance' : 'distance against field',
    strength,
  };
}
