import {
  driftDensity,
  leftDensity,
  lnSum,
  overVectors,
  ownDensity,
  strayDensity,
} from './step-odds.ts';
import { outlastedBy } from './stay-memory.ts';
import type { Whose } from './whose-step.ts';
import { apart, lengthOf, minus, plus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';

/**
 * What may be true of a bay, side by side: vacant, or occupied by a vehicle that changed the field
 * by so much. A step tells them apart by how well each explains it, so that a wrong one is left as
 * soon as it explains the next steps worse: none is ever latched.
 */
export interface Hypothesis {
  /** undefined: vacant; null: occupied by a vehicle of unknown step. */
  readonly car: Vector | null | undefined;
  /** When the vehicle came, or went. */
  readonly since: number;
  /** How far the level had moved in all when it stood: what it has moved since tells of its leaving. */
  readonly path: Vector;
  /** Until when its leaving unseen is already in the weights. */
  readonly weighedAt: number;
  /** Share of stays longer than this one was then, 0 to 1. */
  readonly outlasted: number;
  /** ln of its probability. */
  readonly weight: number;
}

/** What has been so since then, weighed at `at`. */
export const soSince = (
  since: number,
  at: number,
  { car, path, weight }: Pick<Hypothesis, 'car' | 'path' | 'weight'>,
): Hypothesis => ({
  car,
  since,
  path,
  weighedAt: at,
  outlasted: outlastedBy(at - since),
  weight,
});

const MOST = 6;
/** What is less likely than this is forgotten. */
const LEAST_WEIGHT = -12;

/** Of all settled steps so many are a vehicle's in this bay. */
const OWN = Math.log(0.6);
const OTHER = Math.log(0.4);
/** One vehicle takes another's place, or moves where it stands. */
const MOVES = Math.log(0.004);
/** Nearer than this share of a median step, two vehicles are one. */
const SAME = 0.05;
const LEAST_RATIO = 0.02;

/** Nobody knows since when. */
const EVER = Number.NEGATIVE_INFINITY;

export const nobodyKnows: readonly Hypothesis[] = [
  { car: undefined, since: EVER, path: ZERO, weighedAt: EVER, outlasted: 1, weight: Math.log(0.5) },
  { car: null, since: EVER, path: ZERO, weighedAt: EVER, outlasted: 1, weight: Math.log(0.5) },
];

export interface StepSeen {
  readonly step: Vector;
  readonly since: number;
  /** The node's median vehicle step. */
  readonly median: number;
  readonly whose: Whose;
  /** ln of how much likelier it is no vehicle's for having come so often before, as ripple does. */
  readonly repeated: number;
  /** ln of how likely a vehicle's step is seen like this, against any other's. */
  readonly seenSo: number;
  /** How well a step is measured, in the node's unit. */
  readonly quiet: number;
  /** How far the level has moved in all, with this step. */
  readonly path: Vector;
}

export function afterStep(before: readonly Hypothesis[], seen: StepSeen): Hypothesis[] {
  const { step, since, median, whose, quiet } = seen;
  const ratioOf = ratiosTo(median, quiet);
  const ratio = ratioOf(step);
  const support = whose.support + seen.seenSo;
  const own = OWN + overVectors(ownDensity(ratio), ratio) + support;
  const stray = OTHER + overVectors(strayDensity(ratio), ratio) + seen.repeated;
  const other = lnSum(stray, own - whose.ownOdds);
  const next: Hypothesis[] = [];
  for (const one of leaked(before, since, median)) {
    const { car, weight } = one;
    const now = { since, path: seen.path, weighedAt: since, outlasted: 1 };
    next.push({ ...one, weight: weight + other });
    if (car === undefined) next.push({ car: step, ...now, weight: weight + own });
    else if (car === null) next.push({ car: undefined, ...now, weight: weight + own });
    else {
      const rest = plus(car, step);
      const left = ratioOf(rest);
      const goes = OWN + overVectors(leftDensity(left), left) + support;
      const moves = MOVES + overVectors(ownDensity(left), left) + support;
      next.push({ car: undefined, ...now, weight: weight + goes });
      next.push({ ...one, car: rest, path: seen.path, weight: weight + moves });
    }
  }
  return kept(next, median);
}

/** Of vectors to the median step; what is less than a level is known by counts as that much. */
function ratiosTo(median: number, quiet: number): (vector: Vector) => number {
  const least = Math.max(LEAST_RATIO, (0.5 * quiet) / median);
  return (vector) => Math.max(least, lengthOf(vector) / median);
}

/** Alike ones are one, the likeliest stay, and together they are certain. */
function kept(all: Hypothesis[], median: number): Hypothesis[] {
  all.sort((a, b) => b.weight - a.weight);
  const merged: Hypothesis[] = [];
  for (const one of all) {
    const at = merged.findIndex((other) => isAlike(one, other, median));
    const like = merged[at];
    if (like === undefined) merged.push(one);
    else merged[at] = { ...like, weight: lnSum(like.weight, one.weight) };
  }
  return normalised(merged.slice(0, MOST));
}

function isAlike({ car: a }: Hypothesis, { car: b }: Hypothesis, median: number): boolean {
  if (a === undefined || b === undefined || a === null || b === null) return a === b;
  return apart(a, b) < SAME * median;
}

function normalised(all: readonly Hypothesis[]): Hypothesis[] {
  let sum = Number.NEGATIVE_INFINITY;
  for (const { weight } of all) sum = lnSum(sum, weight);
  return all
    .map((one) => ({ ...one, weight: one.weight - sum }))
    .filter(({ weight }) => weight > LEAST_WEIGHT);
}

/** How often a departure shows no step, by what there was to see; as [ratio, share]. */
const UNSEEN: readonly (readonly [ratio: number, share: number])[] = [
  [0.08, 0.5],
  [0.12, 0.2],
  [0.2, 0.06],
  [0.35, 0.02],
  [0.6, 0.004],
];
const UNSEEN_ELSE = 0.001;
const LIGHT_RATIO = 0.5;

function unseenOf(ratio: number): number {
  for (const [most, share] of UNSEEN) if (ratio <= most) return share;
  return UNSEEN_ELSE;
}

/** As time passes, vehicles leave unseen: the likelier the longer few stays last. */
export function leaked(
  before: readonly Hypothesis[],
  at: number,
  median: number,
): readonly Hypothesis[] {
  let gone = Number.NEGATIVE_INFINITY;
  const stay = before.map((one) => {
    const { car, since, path, weighedAt, weight } = one;
    if (car === undefined || at <= weighedAt) return one;
    if (since === EVER) return { ...one, since: at, weighedAt: at };
    // What is not known is taken for a light one.
    const ratio = car === null ? LIGHT_RATIO : lengthOf(car) / median;
    const unseen = unseenOf(ratio);
    const outlasted = outlastedBy(at - since);
    const survives = outlasted / one.outlasted;
    // Either it still stands, or it went and nobody saw it; of others it was seen.
    const left = ((1 - survives) * unseen) / (survives + (1 - survives) * unseen);
    gone = lnSum(gone, weight + Math.log(left + 1e-12));
    const stays = weight + Math.log(1 - left + 1e-12);
    return { car, since, path, weighedAt: at, outlasted, weight: stays };
  });
  if (gone === Number.NEGATIVE_INFINITY) return before;
  const vacant = stay.findIndex(({ car }) => car === undefined);
  const known = stay[vacant];
  if (known === undefined) {
    return [...stay, soSince(at, at, { car: undefined, path: ZERO, weight: gone })];
  }
  stay[vacant] = { ...known, weight: lnSum(known.weight, gone) };
  return stay;
}

/** So many vehicles leave in steps too small, or as slowly as drift. */
const SLOWLY = 0.003;

/**
 * ln of how likely one of the vehicles has left without a step: then the level has moved, however
 * slowly, to where it was without it. `path`: how far it has moved in all.
 */
export function slowlyLeft(
  all: readonly Hypothesis[],
  at: number,
  { median, quiet, path }: Pick<StepSeen, 'median' | 'quiet' | 'path'>,
): number {
  const ratioOf = ratiosTo(median, quiet);
  let left = Number.NEGATIVE_INFINITY;
  for (const { car, since, path: before, weighedAt, outlasted, weight } of all) {
    if (car === undefined || car === null) continue;
    const moved = minus(path, before);
    const [ratio, rest] = [ratioOf(moved), ratioOf(plus(car, moved))];
    const drifted = overVectors(driftDensity(ratio, at - since), ratio);
    const longer = weighedAt === at ? outlasted : outlastedBy(at - since);
    const gone = SLOWLY * (1 - longer) + 1e-12;
    left = lnSum(left, weight + Math.log(gone) + overVectors(leftDensity(rest), rest) - drifted);
  }
  return left;
}

/** After evidence by which vacant is so much likelier, ln. */
export function doubted(all: readonly Hypothesis[], by: number): readonly Hypothesis[] {
  // Where nothing else is thought of, it cannot become likelier.
  if (all.length === 1 && all[0]?.car === undefined && all[0]?.weight === 0) return all;
  return normalised(
    all.map((one) => (one.car === undefined ? { ...one, weight: one.weight + by } : one)),
  );
}

/** Log-odds that the bay is occupied. */
export function occupiedOdds(all: readonly Hypothesis[]): number {
  let [occupied, vacant] = [LEAST_WEIGHT, LEAST_WEIGHT];
  for (const { car, weight } of all) {
    if (car === undefined) vacant = lnSum(vacant, weight);
    else occupied = lnSum(occupied, weight);
  }
  return occupied - vacant;
}
