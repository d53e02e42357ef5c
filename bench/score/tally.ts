import { EVIDENCE_KINDS } from '#gateway/sense/confidence.ts';
import type { EvidenceKind } from '#gateway/sense/confidence.ts';
import type { Given, Judged } from './judge.ts';

/** The sum over many bays; plain data, so that it travels between processes. */
export interface Tally {
  events: number;
  arrivals: number;
  missedArrivals: number;
  missedDepartures: number;
  falseArrivals: number;
  watchedMs: number;
  wrongMs: number;
  unknownMs: number;
  longestWrongMs: number;
  longestUnflaggedMs: number;
  longestLatchMs: number;
  latenciesMs: number[];
  given: GivenCount[];
}

/** States given with the same evidence: how many, how many were right, what was claimed in sum. */
export interface GivenCount {
  readonly kind: EvidenceKind;
  readonly state: 'vacant' | 'occupied';
  readonly strength: number;
  count: number;
  right: number;
  claimed: number;
}

export const newTally = (): Tally => ({
  events: 0,
  arrivals: 0,
  missedArrivals: 0,
  missedDepartures: 0,
  falseArrivals: 0,
  watchedMs: 0,
  wrongMs: 0,
  unknownMs: 0,
  longestWrongMs: 0,
  longestUnflaggedMs: 0,
  longestLatchMs: 0,
  latenciesMs: [],
  given: [],
});

const SUMS = [
  'events',
  'arrivals',
  'missedArrivals',
  'missedDepartures',
  'falseArrivals',
  'watchedMs',
  'wrongMs',
  'unknownMs',
] as const;
const MOSTS = ['longestWrongMs', 'longestUnflaggedMs', 'longestLatchMs'] as const;

export function addJudged(tally: Tally, judged: Judged): void {
  addNumbers(tally, judged);
  for (const one of judged.given) addGiven(tally, { ...countOf(one) });
}

export function addTally(tally: Tally, other: Tally): void {
  addNumbers(tally, other);
  for (const one of other.given) addGiven(tally, one);
}

type Numbers = Pick<Tally, (typeof SUMS)[number] | (typeof MOSTS)[number]> & {
  readonly latenciesMs: readonly number[];
};

function addNumbers(tally: Tally, other: Readonly<Numbers>): void {
  for (const key of SUMS) tally[key] += other[key];
  for (const key of MOSTS) tally[key] = Math.max(tally[key], other[key]);
  for (const each of other.latenciesMs) tally.latenciesMs.push(each);
}

const countOf = ({ kind, state, strength, isRight, confidence }: Given): GivenCount => ({
  kind,
  state,
  strength,
  count: 1,
  right: isRight ? 1 : 0,
  claimed: confidence,
});

function addGiven(tally: Tally, { kind, state, strength, count, right, claimed }: GivenCount) {
  const known = tally.given.find(
    (one) => one.kind === kind && one.state === state && one.strength === strength,
  );
  if (known === undefined) tally.given.push({ kind, state, strength, count, right, claimed });
  else {
    known.count += count;
    known.right += right;
    known.claimed += claimed;
  }
}

/** In a fixed order, whoever finished first. */
export const sortedGiven = (given: readonly GivenCount[]): GivenCount[] =>
  given.toSorted(
    (a, b) =>
      EVIDENCE_KINDS.indexOf(a.kind) - EVIDENCE_KINDS.indexOf(b.kind) ||
      a.state.localeCompare(b.state) ||
      a.strength - b.strength,
  );

/** Mean of |claimed − right| over the states given, by class of evidence, 0 to 1. */
export function calibrationError(given: readonly GivenCount[]): number {
  const count = given.reduce((sum, one) => sum + one.count, 0);
  const off = given.reduce((sum, one) => sum + Math.abs(one.claimed - one.right), 0);
  return count === 0 ? 0 : off / count;
}
