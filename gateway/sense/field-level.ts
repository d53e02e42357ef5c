import { atRest, isAtAStroke, isFast, LEFT, MANOEUVRE_MS, settledTail } from './field-run.ts';
import type { FieldRun } from './field-run.ts';
import { quietOver, unheard, withChange } from './quiet.ts';
import type { Quiet } from './quiet.ts';
import { learnTemperature, movedBy, noFeed } from './temperature-feed.ts';
import type { TemperatureFeed } from './temperature-feed.ts';
import { apart, lengthOf, meanOf, minus, plus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';

/**
 * The level that a node's field rests at, and the steps by which it moves to another: an arriving
 * car passes a point of nearly no change, so that only what has settled counts. What creeps is
 * drift, and the level goes with it. Knows neither a unit nor a sample rate.
 */
export interface FieldLevel {
  readonly level: Vector;
  /** The first sample that is on it, however the field came there. */
  readonly levelAt: number;
  /** Time for which it has been at rest there, in ms: how well it is known. */
  readonly restedMs: number;
  /** Since when there is a level: until its noise is known, a node is followed whatever it does. */
  readonly knownSince: number | undefined;
  readonly heardAt: number | undefined;
  readonly last: Vector;
  readonly temperatureC: number | undefined;
  /** What was heard since it left its level, the newest last; before it, its last at rest. */
  readonly run: FieldRun;
  readonly quiet: Quiet;
  readonly feed: TemperatureFeed;
  /** How far the level has moved in all, but for temperature. */
  readonly path: Vector;
  /** When it settled after its last step, and how large that was. */
  readonly settledAt: number;
  readonly settledSize: number;
  /** The longest time between two samples, lately: a node that speaks seldom speaks of changes. */
  readonly seldomMs: number;
  /** Samples that came faster than they are looked at, as their sum. */
  readonly held: Vector;
  readonly heldCount: number;
}

/** A move from one level to another. */
export interface FieldStep {
  readonly step: Vector;
  readonly size: number;
  /** When the field left its old level, and the first sample on its new one. */
  readonly leftAt: number;
  readonly since: number;
  /** How far it moves by itself between such samples: no step below a few of it is sure. */
  readonly quiet: number;
  /** How far the level has moved in all, with this step. */
  readonly path: Vector;
  /** Seen only because the node speaks now and then, not because it had something to say. */
  readonly isByTheWay: boolean;
  /** Whole between two samples so close together that a vehicle would have been met on its way. */
  readonly isAtAStroke: boolean;
}

export const restless: FieldLevel = {
  level: ZERO,
  levelAt: Number.NEGATIVE_INFINITY,
  restedMs: 0,
  knownSince: undefined,
  heardAt: undefined,
  last: ZERO,
  temperatureC: undefined,
  run: [],
  quiet: unheard,
  feed: noFeed,
  path: ZERO,
  settledAt: Number.NEGATIVE_INFINITY,
  settledSize: 0,
  seldomMs: 0,
  held: ZERO,
  heldCount: 0,
};

/** To be changed before it is handed on. Written out: each sample makes some, and a spread takes thirty times as long. */
const copyOf = (of: FieldLevel) => ({
  level: of.level,
  levelAt: of.levelAt,
  restedMs: of.restedMs,
  knownSince: of.knownSince,
  heardAt: of.heardAt,
  last: of.last,
  temperatureC: of.temperatureC,
  run: of.run,
  quiet: of.quiet,
  feed: of.feed,
  path: of.path,
  settledAt: of.settledAt,
  settledSize: of.settledSize,
  seldomMs: of.seldomMs,
  held: of.held,
  heldCount: of.heldCount,
});

type Draft = ReturnType<typeof copyOf>;

/** Samples closer together are looked at as one. */
const NEAREST_MS = 200;
/** A level follows what creeps within about this time. */
const FOLLOWS_MS = 45_000;
/** No board warms faster than within this time; what its thermometer says from look to look is noise. */
const BOARD_MS = 120_000;
const LONGEST_RUN = 24;
const REST_SHARE = 0.2;
/** From such nodes, no news is that nothing changed. */
const SELDOM_MS = 60_000;
const HELD_MS = 12_000;
const SELDOM_GAIN = 0.01;
/** It spoke before its time: something has happened. */
const USUAL_SHARE = 0.85;

export interface Moved {
  readonly state: FieldLevel;
  readonly step: FieldStep | undefined;
}

/** Takes one field, heard at `at`, monotonic milliseconds. */
export function followField(
  before: FieldLevel,
  heardNow: {
    readonly field: Vector;
    readonly temperatureC: number | undefined;
    readonly at: number;
    readonly confirmMs: number;
  },
): Moved {
  const { field, temperatureC, at, confirmMs } = heardNow;
  const { heardAt } = before;
  if (heardAt === undefined) {
    return {
      state: { ...before, level: field, last: field, heardAt: at, temperatureC },
      step: undefined,
    };
  }
  const elapsedMs = at - heardAt;
  if (elapsedMs < NEAREST_MS) {
    const held = plus(before.held, field);
    return { state: { ...before, held, heldCount: before.heldCount + 1 }, step: undefined };
  }
  const seen = before.heldCount === 0 ? field : meanOfHeld(before.held, before.heldCount, field);
  const heard = hear(before, seen, temperatureC, at, elapsedMs);
  const isHeldOver = before.run.length > 1 && before.seldomMs >= SELDOM_MS && elapsedMs >= HELD_MS;
  if (isHeldOver) {
    // Between the two samples it has not changed, or the node would have said so.
    const settled = settle(heard, before.run.slice(-1));
    const { state } = advance(copyOf(settled.state), before, seen, at, confirmMs);
    return { state, step: settled.step };
  }
  return advance(heard, before, seen, at, confirmMs);
}

function meanOfHeld(held: Vector, count: number, field: Vector): Vector {
  const sum = plus(held, field);
  return { x: sum.x / (count + 1), y: sum.y / (count + 1), z: sum.z / (count + 1) };
}

/** Everything but where the level is; nobody else has the state that it returns. */
function hear(
  before: FieldLevel,
  field: Vector,
  temperatureC: number | undefined,
  at: number,
  elapsedMs: number,
): Draft {
  const known = before.temperatureC;
  const heat = 1 - Math.exp(-elapsedMs / BOARD_MS);
  const warmerC =
    temperatureC === undefined || known === undefined ? 0 : heat * (temperatureC - known);
  const { perC } = before.feed;
  const moved = minus(field, before.last);
  const seldomMs = Math.max(
    elapsedMs,
    before.seldomMs + SELDOM_GAIN * (elapsedMs - before.seldomMs),
  );
  const next = copyOf(before);
  if (warmerC !== 0) next.level = plus(before.level, perC, warmerC);
  next.quiet = withChange(before.quiet, lengthOf(plus(moved, perC, -warmerC)), elapsedMs);
  next.heardAt = at;
  next.last = field;
  next.temperatureC = known === undefined ? temperatureC : known + warmerC;
  next.seldomMs = seldomMs;
  next.held = ZERO;
  next.heldCount = 0;
  return next;
}

function advance(
  moved: Draft,
  before: FieldLevel,
  field: Vector,
  at: number,
  confirmMs: number,
): Moved {
  const elapsedMs = at - (before.heardAt ?? at);
  const quiet = quietOver(moved.quiet, elapsedMs);
  if (quiet === undefined) return { state: { ...moved, level: field }, step: undefined };
  moved.knownSince ??= at;
  const heard: FieldLevel = moved;
  if (apart(field, heard.level) <= LEFT * quiet) {
    rest(moved, field, elapsedMs);
    return { state: moved, step: undefined };
  }
  const begun =
    heard.run.length > 0 ? heard.run : [{ field: before.last, at: before.heardAt ?? at }];
  const run = [...begun, { field, at }];
  const tail = settledTail(run, heard.level, quiet, at, confirmMs);
  if (tail !== undefined) return settle({ ...heard, run }, tail);
  if (run.length < LONGEST_RUN) return { state: { ...heard, run }, step: undefined };
  return { state: creep({ ...heard, run }), step: undefined };
}

/** At rest the level follows, and temperature is learned. */
function rest(draft: Draft, field: Vector, elapsedMs: number): void {
  draft.restedMs += elapsedMs;
  const { restedMs, temperatureC } = draft;
  const gain = Math.max(Math.min(1, elapsedMs / FOLLOWS_MS), Math.min(0.5, elapsedMs / restedMs));
  const off = minus(field, draft.level);
  draft.level = plus(draft.level, off, gain);
  if (draft.run.length > 0) draft.run = [];
  if (temperatureC !== undefined) {
    draft.feed = learnTemperature(draft.feed, draft.level, temperatureC);
  }
  draft.path = plus(draft.path, off, gain);
}

/** A new level: reached fast, it is a step; slowly, it was drift. */
function settle(heard: FieldLevel, tail: FieldRun): Moved {
  const quiet = quietOver(heard.quiet, 0) ?? 0;
  const level = meanOf(atRest(tail, quiet));
  const step = minus(level, heard.level);
  const size = lengthOf(step);
  const [first] = tail;
  const [, left] = heard.run;
  const feed = movedBy(heard.feed, step);
  const path = plus(heard.path, step);
  const levelAt = first?.at ?? heard.levelAt;
  const state = { ...heard, level, levelAt, restedMs: 0, run: [], feed, path };
  if (first === undefined || left === undefined || !isFast(heard.run, heard.level, step, size)) {
    return { state, step: undefined };
  }
  // It had not quite come to rest.
  const isRest = left.at - heard.settledAt <= MANOEUVRE_MS && size < REST_SHARE * heard.settledSize;
  if (isRest) return { state, step: undefined };
  const waitedMs = left.at - (heard.run[0]?.at ?? left.at);
  const isByTheWay = heard.seldomMs >= SELDOM_MS && waitedMs > USUAL_SHARE * heard.seldomMs;
  return {
    state: { ...state, settledAt: tail.at(-1)?.at ?? first.at, settledSize: size },
    step: {
      step,
      size,
      leftAt: left.at,
      since: first.at,
      quiet,
      path,
      isByTheWay,
      isAtAStroke: heard.seldomMs < SELDOM_MS && isAtAStroke(heard.run, level, size, quiet),
    },
  };
}

/** It has moved for long and settled nowhere: the level is where it is. */
function creep(heard: FieldLevel): FieldLevel {
  const tail = heard.run.slice(-3);
  const level = meanOf(tail.map(({ field }) => field));
  const levelAt = tail[0]?.at ?? heard.levelAt;
  const moved = minus(level, heard.level);
  const [feed, path] = [movedBy(heard.feed, moved), plus(heard.path, moved)];
  return { ...heard, level, levelAt, restedMs: 0, run: [], feed, path };
}

/** How far from its level the field is now, as a vector; what of it has not settled. */
export function displacementOf({ run, level }: FieldLevel): Vector {
  const moved = run.slice(Math.max(1, run.length - 2));
  return moved.length === 0 ? ZERO : minus(meanOf(moved.map(({ field }) => field)), level);
}
