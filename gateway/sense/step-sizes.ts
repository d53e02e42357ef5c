import { apart, lengthOf, plus } from './vector.ts';
import type { Vector } from './vector.ts';

/**
 * How large the steps of vehicles are at one node, in its own unit: the last steps that were this
 * bay's own, and the last of all. Nothing else says what unit a node counts in.
 */
export interface StepSizes {
  readonly own: readonly number[];
  readonly all: readonly { readonly step: Vector; readonly since: number }[];
}

export const noSteps: StepSizes = { own: [], all: [] };

const KEPT_OWN = 25;
const KEPT_ALL = 40;
const LEAST_OWN = 6;
const LEAST_ALL = 6;
/** Of all steps the largest third are vehicles of this bay, and this much larger than its median. */
const TOP_SHARE = 1 / 3;
const TOP_RATIO = 1.5;
/** Before any vehicle came: a median step is at least so many times the quiet change. */
const FIRST_RATIO = 60;

export const withStep = (
  { own, all }: StepSizes,
  { step, since }: StepSizes['all'][number],
): StepSizes => ({
  own,
  all: [...all, { step, since }].slice(-KEPT_ALL),
});

export const withOwnStep = ({ own, all }: StepSizes, size: number): StepSizes => ({
  own: [...own, size].slice(-KEPT_OWN),
  all,
});

const ALIKE_SHARE = 0.3;
/** A vehicle's coming and going are two. */
const BY_CHANCE = 1;
/** A charger's ripple comes again within minutes. */
const RIPPLE_MS = 1_800_000;
const PER_REPEAT = 5;
const MOST_REPEATED = 12;

/** ln of how much likelier a step is ripple, by how many of the last went just there and back. */
export function repeatedOf({ all }: StepSizes, step: Vector, at: number): number {
  const most = ALIKE_SHARE * lengthOf(step);
  const alike = all.filter(
    (each) =>
      at - each.since < RIPPLE_MS &&
      (apart(each.step, step) < most || lengthOf(plus(each.step, step)) < most),
  );
  return Math.min(MOST_REPEATED, PER_REPEAT * Math.max(0, alike.length - BY_CHANCE));
}

/** So many of a node's own steps weigh as much as what nodes beside it make of theirs. */
const TYPICAL_WEIGHT = 12;

/** Before anything is learned: what it may be, by its noise. */
export const firstMedian = ({ own }: StepSizes, quiet: number): number =>
  Math.max(FIRST_RATIO * quiet, ...own);

/**
 * The median vehicle step in the node's own unit; undefined before there is anything to learn it
 * from. `typical`: the median of nodes like it, from which single ones differ by little.
 */
export function medianStep(sizes: StepSizes, typical: number | undefined): number | undefined {
  const { own } = sizes;
  if (typical === undefined) return pooledStep([sizes]);
  if (own.length < LEAST_OWN) return typical;
  const share = own.length / (own.length + TYPICAL_WEIGHT);
  return Math.exp(share * Math.log(middleOf(own)) + (1 - share) * Math.log(typical));
}

/** The median vehicle step of several nodes; undefined before there were enough. */
export function pooledStep(nodes: readonly StepSizes[]): number | undefined {
  const own = nodes.flatMap((sizes) => sizes.own);
  if (own.length >= LEAST_OWN) return middleOf(own);
  const all = nodes.flatMap((sizes) => sizes.all.map(({ step }) => lengthOf(step)));
  if (all.length < LEAST_ALL) return undefined;
  const top = all.toSorted((a, b) => b - a).slice(0, Math.ceil(all.length * TOP_SHARE));
  const log = top.reduce((sum, size) => sum + Math.log(size), 0) / top.length;
  return Math.exp(log) / TOP_RATIO;
}

const middleOf = (sizes: readonly number[]): number =>
  Float64Array.from(sizes).toSorted()[sizes.length >> 1] ?? 0;
