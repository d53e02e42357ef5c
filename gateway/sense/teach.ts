import type { BayState } from '#contract/bay.ts';
import type { DistanceVote } from './distance-vote.ts';
import type { DetectorState } from './detector.ts';
import { displacementOf } from './field-level.ts';
import { soSince } from './hypotheses.ts';
import type { Hypothesis } from './hypotheses.ts';
import { reweighed, withSize } from './magnetic-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { lengthOf, minus, plus } from './vector.ts';
import type { Vector } from './vector.ts';

/** So sure is a distance that taught the field what stands here. */
const TAUGHT = Math.log(0.99);
const DOUBT = Math.log(0.01);

/** After a decision by distance the field's vote is the same, and it knows what the car looks like. */
export function taught(state: DetectorState, at: number): DetectorState {
  const { belief, by, magnetic, onset, since } = state;
  if (by === 'field' || magnetic.field.heardAt === undefined) return state;
  if (belief === 'unknown') return state;
  const before = onset?.level;
  const base: MagneticVote = { ...magnetic, belief, since };
  // What has not settled yet is under way to where the field will rest.
  const path = plus(magnetic.field.path, displacementOf(magnetic.field));
  if (belief === 'vacant') {
    const hypotheses = [
      soSince(since, at, { car: undefined, path, weight: TAUGHT }),
      soSince(since, at, { car: null, path, weight: DOUBT }),
    ];
    return { ...state, onset: undefined, magnetic: reweighed({ ...base, hypotheses }, at) };
  }
  const { field } = magnetic;
  const car =
    before === undefined ? undefined : minus(plus(field.level, displacementOf(field)), before);
  const hypotheses = [
    soSince(since, at, { car: car ?? null, path, weight: TAUGHT }),
    soSince(since, at, { car: undefined, path, weight: DOUBT }),
  ];
  const sized = car !== undefined && by === 'both' ? withSize(base, lengthOf(car)) : base;
  return { ...state, onset: undefined, magnetic: reweighed({ ...sized, hypotheses }, at) };
}

/** A distance that has seen otherwise for so long is right. */
const CORRECTS_MS = 12_000;
const SEEN_OFTEN = 3;

/** The field's vote, set right by a distance that sees and is not in doubt. */
export function corrected(
  vote: MagneticVote,
  { belief, pending, since, window }: DistanceVote,
  held: BayState,
  at: number,
): MagneticVote {
  const isDoubted = pending !== undefined || belief !== held || belief === 'unknown';
  if (isDoubted || vote.belief === belief || at - vote.since < CORRECTS_MS) return vote;
  const seen = window.filter((heard) => heard.at > vote.since && heard.side === belief);
  if (seen.length < SEEN_OFTEN) return vote;
  const other = vote.hypotheses.find(({ car }) => (car !== undefined) === (belief === 'occupied'));
  const car = belief === 'vacant' ? undefined : (other?.car ?? null);
  const { path } = vote.field;
  const hypotheses = [
    soSince(since, at, { car, path, weight: TAUGHT }),
    soSince(since, at, { car: car === undefined ? null : undefined, path, weight: DOUBT }),
  ];
  return reweighed({ ...vote, belief, since, hypotheses }, at);
}

/** A vehicle that a field hardly feels has gone: its distance says so. */
export function goneUnfelt(vote: MagneticVote, since: number, at: number): MagneticVote {
  const { path } = vote.field;
  const hypotheses = [
    soSince(since, at, { car: undefined, path, weight: TAUGHT }),
    soSince(since, at, { car: null, path, weight: DOUBT }),
  ];
  return reweighed({ ...vote, belief: 'vacant', since, hypotheses }, at);
}

/** The vehicle that the distance has found: its step settled, or settled some more, only now. */
export function withCar(vote: MagneticVote, step: Vector): MagneticVote {
  if (vote.belief !== 'occupied') return vote;
  const { path } = vote.field;
  const settled = (one: Hypothesis): Hypothesis => {
    if (one.car === undefined) return one;
    const car = one.car === null ? step : plus(one.car, minus(path, one.path));
    return { ...one, car, path };
  };
  return { ...vote, hypotheses: vote.hypotheses.map(settled) };
}
