import { newDetector, sense, forget } from './detector.ts';
import type { Around, Decision, DetectorParameters, DetectorState } from './detector.ts';
import { isOtherRoof } from './distance-vote.ts';
import { displacementOf } from './field-level.ts';
import { medianStepOf } from './magnetic-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { quietOver } from './quiet.ts';
import type { Sample } from './sample.ts';
import { apart, lengthOf, minus, plus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';
import { pooledStep } from './step-sizes.ts';
import { NOBODYS, whoseStep } from './whose-step.ts';
import type { SteppedBay, Whose } from './whose-step.ts';

/** One bay of a bank. */
export interface BankedBay {
  readonly parameters: DetectorParameters;
  /** The bays beside it, by their place in the bank. */
  readonly beside: readonly number[];
  /** What is known of it already; undefined: nothing. */
  readonly learned?: DetectorState | undefined;
}

interface Slot extends BankedBay {
  readonly whose: Around['whose'];
  state: DetectorState;
  /** The field as it is, before anything is subtracted: its mean over a minute, and how far off. */
  slow: Vector;
  residual: Vector;
  residualSize: number;
  heardAt: number;
}

/** What begins within this time begins at once, and what settles within that. */
const AT_ONCE_MS = 8_000;
const SETTLED_AT_ONCE_MS = 4_000;
const FRESH_MS = 2_500;
const COMMON_EVERY_MS = 400;
/** Fewer bays than this are no lot. */
const LEAST_BAYS = 5;
/** Bays that move much more than half of them do have a reason of their own. */
const OWN_REASON = 1.6;
/** So many bays must move the same way, give or take this share and their noise. */
const MOST_OF_LOT = 0.7;
const ALIKE_SHARE = 0.5;
const SLOW_MS = 60_000;
const SEEN = 1.5;

/**
 * Bays that stand together, each with its detector: what all of them see at once (a tram) is
 * subtracted, and a step that a bay beside it explains better is not its own.
 */
export class Bank {
  readonly #slots: readonly Slot[];
  /** The bays heard of lately, and how far each is off; filled anew at each look at the whole lot. */
  readonly #fresh: Slot[] = [];
  readonly #sizes: Float64Array;
  #common = ZERO;
  #commonAt = Number.NEGATIVE_INFINITY;
  #typicalStep: number | undefined;

  constructor(bays: readonly BankedBay[]) {
    this.#sizes = new Float64Array(bays.length);
    this.#slots = bays.map((bay, place) => ({
      ...bay,
      whose: (ratio, since) => this.#whose(place, ratio, since),
      state: bay.learned ?? newDetector(bay.parameters),
      slow: ZERO,
      residual: ZERO,
      residualSize: 0,
      heardAt: Number.NEGATIVE_INFINITY,
    }));
  }

  /** A bay's detector as it stands. Throws RangeError for a bay that is not in the bank. */
  detector(bay: number): DetectorState {
    return this.#slot(bay).state;
  }

  /** Takes one bay's sample, heard at `at` (monotonic milliseconds, never falling). */
  hear(bay: number, sample: Sample, at: number): Decision | undefined {
    const slot = this.#slot(bay);
    const { field } = sample;
    const isFelt = field?.quality === 'ok';
    const around: Around = {
      common: isFelt ? this.#commonNow(at) : ZERO,
      whose: slot.whose,
      typicalStep: this.#typicalStep,
    };
    const stepBefore = slot.state.magnetic.lastStep;
    const { state, decision } = sense(slot.state, sample, at, slot.parameters, around);
    slot.state = state;
    if (state.magnetic.lastStep !== stepBefore || decision !== undefined) {
      this.#typicalStep = pooledStep(this.#slots.map((each) => each.state.magnetic.sizes));
    }
    if (isFelt) follow(slot, { x: field.xUt, y: field.yUt, z: field.zUt }, at);
    return decision;
  }

  /** The bay's state is not known any more. */
  forget(bay: number): void {
    const slot = this.#slot(bay);
    slot.state = forget(slot.state);
  }

  #slot(bay: number): Slot {
    const slot = this.#slots[bay];
    if (slot === undefined) throw new RangeError(`bay ${bay} is not in the bank`);
    return slot;
  }

  /** What nearly all bays see alike; where some move for reasons of their own, nothing is. */
  #commonNow(at: number): Vector {
    if (at - this.#commonAt < COMMON_EVERY_MS) return this.#common;
    this.#commonAt = at;
    this.#common = ZERO;
    const [fresh, sizes] = [this.#fresh, this.#sizes];
    fresh.length = 0;
    for (const slot of this.#slots) {
      if (at - slot.heardAt > FRESH_MS) continue;
      insert(sizes, fresh.length, slot.residualSize);
      fresh.push(slot);
    }
    if (fresh.length < LEAST_BAYS) return ZERO;
    const most = OWN_REASON * (sizes[fresh.length >> 1] ?? 0);
    const mean = meanWithin(fresh, most);
    const alike = ALIKE_SHARE * lengthOf(mean);
    let agreeing = 0;
    for (const { residual, state } of fresh) {
      const quiet = quietOver(state.magnetic.field.quiet, 0) ?? 0;
      if (apart(residual, mean) <= alike + quiet) agreeing += 1;
    }
    if (agreeing >= MOST_OF_LOT * fresh.length) this.#common = mean;
    return this.#common;
  }

  #whose(bay: number, ratio: number, since: number): Whose {
    const { beside } = this.#slot(bay);
    if (beside.length === 0) return NOBODYS;
    const around = new Map<number, SteppedBay>([
      [bay, { ratio, beside, moves: movesAt(this.#slot(bay).state, since) }],
    ]);
    for (const near of beside) {
      this.#addStepped(around, near, since);
      for (const far of this.#slot(near).beside) this.#addStepped(around, far, since);
    }
    return whoseStep(bay, around);
  }

  #addStepped(around: Map<number, SteppedBay>, bay: number, since: number): void {
    if (around.has(bay)) return;
    const { state, beside } = this.#slot(bay);
    around.set(bay, {
      ratio: ratioAt(state.magnetic, since),
      beside,
      moves: movesAt(state, since),
    });
  }
}

/** ln of how likely a bay's own vehicle moved about that time, by its distance or by what stood there. */
function movesAt({ distance, magnetic, onset }: DetectorState, since: number): number {
  const { belief, pending, validAt } = distance;
  if (belief !== 'unknown' && validAt !== undefined && since - validAt < AT_ONCE_MS) {
    const isNow = (at: number | undefined) =>
      at !== undefined && Math.abs(at - since) <= AT_ONCE_MS;
    const isMoving = isNow(distance.since) || isNow(pending?.since) || isNow(onset?.since);
    // Where a vehicle leaves a cart behind there is a roof all the time.
    return isMoving || isOtherRoof(distance) ? 0 : STANDS_STILL;
  }
  const { lastStep, hypotheses } = magnetic;
  if (lastStep === undefined || Math.abs(lastStep.since - since) > SETTLED_AT_ONCE_MS) return 0;
  const [likeliest] = hypotheses;
  if (likeliest?.car == null) return 0;
  const left = lengthOf(plus(likeliest.car, lastStep.step));
  return left < LIKE_SHARE * lengthOf(likeliest.car) ? LEAVES : STAYS;
}

/** Into the first `count`, which are in order, smallest first. */
function insert(sizes: Float64Array, count: number, size: number): void {
  let at = count;
  for (; at > 0 && (sizes[at - 1] ?? 0) > size; at -= 1) sizes[at] = sizes[at - 1] ?? 0;
  sizes[at] = size;
}

/** The mean residual of those that are not farther off than this. */
function meanWithin(slots: readonly Slot[], most: number): Vector {
  let [x, y, z, count] = [0, 0, 0, 0];
  for (const { residual, residualSize } of slots) {
    if (residualSize > most) continue;
    x += residual.x;
    y += residual.y;
    z += residual.z;
    count += 1;
  }
  const by = Math.max(1, count);
  return { x: x / by, y: y / by, z: z / by };
}

const STANDS_STILL = -8;
const LEAVES = 2;
const STAYS = -1.5;
const LIKE_SHARE = 0.35;

function follow(slot: Slot, field: Vector, at: number): void {
  const gain = Math.min(1, (at - slot.heardAt) / SLOW_MS);
  slot.residual = gain === 1 ? ZERO : minus(field, slot.slow);
  slot.residualSize = lengthOf(slot.residual);
  slot.slow = plus(slot.slow, minus(field, slot.slow), gain);
  slot.heardAt = at;
}

/** How far a bay's field moved about that time, as a ratio to its median step; 0: not to be told. */
function ratioAt(magnetic: MagneticVote, since: number): number {
  const { field, lastStep } = magnetic;
  const median = medianStepOf(magnetic);
  const quiet = quietOver(field.quiet, 0);
  if (median === undefined || quiet === undefined) return 0;
  const [left] = field.run;
  let size = 0;
  if (lastStep !== undefined && Math.abs(lastStep.since - since) <= SETTLED_AT_ONCE_MS)
    size = lastStep.size;
  else if (left !== undefined && Math.abs(left.at - since) <= AT_ONCE_MS) {
    size = lengthOf(displacementOf(field));
  }
  return size < SEEN * quiet ? 0 : size / median;
}
