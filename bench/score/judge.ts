import type { EvidenceKind } from '#gateway/sense/confidence.ts';
import { classOf } from '#gateway/sense/confidence.ts';
import type { TrueChange } from './watched-street.ts';
import type { Said, WatchedBay } from './watcher.ts';

/** Said changes match true ones from 2 s before to 30 s after, each at most once. */
const BEFORE_MS = 2_000;
const AFTER_MS = 30_000;

/** What one bay's watch was worth, between two instants. */
export interface Judged {
  readonly events: number;
  readonly missedArrivals: number;
  readonly missedDepartures: number;
  readonly arrivals: number;
  readonly falseArrivals: number;
  readonly falseDepartures: number;
  /** When each matched change was said, after it was true, ms. */
  readonly latenciesMs: number[];
  readonly watchedMs: number;
  readonly wrongMs: number;
  readonly unknownMs: number;
  /** Longest time of a wrong state, and the longest without a flag of health. */
  readonly longestWrongMs: number;
  readonly longestUnflaggedMs: number;
  /** Longest time in which the bay was called occupied while it was vacant. */
  readonly longestLatchMs: number;
  /** Every state given, and later looks at it, and whether it was right. */
  readonly given: readonly Given[];
}

export interface Given {
  readonly kind: EvidenceKind;
  readonly strength: number;
  readonly state: 'vacant' | 'occupied';
  readonly confidence: number;
  readonly isRight: boolean;
}

const KIND = { occupied: 'stopped', vacant: 'left' } as const;

export function judgeBay(
  watched: WatchedBay,
  truth: readonly TrueChange[],
  fromMs: number,
  untilMs: number,
): Judged {
  const isScored = ({ at }: TrueChange) => at >= fromMs && at < untilMs - AFTER_MS - 10_000;
  const scored = truth.filter(isScored);
  const states = knownChanges(watched.said);
  const free = new Set(states);
  const latenciesMs: number[] = [];
  const missed: TrueChange[] = [];
  const matchOf = matcher(states, free);
  for (const change of truth) {
    const match = matchOf(change);
    if (match !== undefined) free.delete(match);
    if (!isScored(change)) continue;
    if (match === undefined) missed.push(change);
    else latenciesMs.push(match.saidAt - change.at);
  }
  const invented = [...free].filter(
    ({ saidAt, isChange }) => isChange && saidAt >= fromMs && saidAt < untilMs - AFTER_MS,
  );
  const isOccupiedAt = occupancyOf(truth);
  const givenAt = (
    { state, confidence, evidence }: Pick<Known, 'state' | 'confidence' | 'evidence'>,
    at: number,
  ): Given => ({
    kind: evidence.kind,
    strength: classOf(evidence),
    state,
    confidence,
    isRight: (state === 'occupied') === isOccupiedAt(at),
  });
  return {
    events: scored.length,
    arrivals: scored.filter(({ kind }) => kind === 'stopped').length,
    missedArrivals: missed.filter(({ kind }) => kind === 'stopped').length,
    missedDepartures: missed.filter(({ kind }) => kind === 'left').length,
    falseArrivals: invented.filter(({ state }) => state === 'occupied').length,
    falseDepartures: invented.filter(({ state }) => state === 'vacant').length,
    latenciesMs,
    ...timesOf(watched, truth, fromMs, untilMs),
    given: [
      ...states.filter(({ saidAt }) => saidAt >= fromMs).map((one) => givenAt(one, one.saidAt)),
      ...watched.looks.filter(({ at }) => at >= fromMs).map((look) => givenAt(look, look.at)),
    ],
  };
}

/**
 * Finds the first free state that matches a true change; to be asked in the order of time. Half a
 * year has thousands of either: what lies before the reach of a change is never looked at again, and
 * where none that follows is within it, the search ends.
 */
function matcher(states: readonly Known[], free: ReadonlySet<Known>) {
  const soonestFrom = new Float64Array(states.length);
  let soonest = Number.POSITIVE_INFINITY;
  for (let each = states.length - 1; each >= 0; each -= 1) {
    soonest = Math.min(soonest, states[each]?.sensedAt ?? soonest);
    soonestFrom[each] = soonest;
  }
  let begin = 0;
  return ({ kind, at }: TrueChange): Known | undefined => {
    const isPast = (one: Known | undefined) =>
      one !== undefined && (!free.has(one) || one.sensedAt < at - BEFORE_MS);
    while (isPast(states[begin])) begin += 1;
    for (
      let each = begin;
      (soonestFrom[each] ?? Number.POSITIVE_INFINITY) <= at + AFTER_MS;
      each += 1
    ) {
      const one = states[each];
      if (one === undefined || !free.has(one) || KIND[one.state] !== kind) continue;
      if (one.sensedAt >= at - BEFORE_MS && one.sensedAt <= at + AFTER_MS) return one;
    }
    return undefined;
  };
}

interface Known extends Said {
  readonly state: 'vacant' | 'occupied';
  /** Not merely the same state again after it was unknown. */
  readonly isChange: boolean;
}

function knownChanges(said: readonly Said[]): Known[] {
  const known: Known[] = [];
  for (const one of said) {
    const { state } = one;
    if (state === 'unknown') continue;
    const isChange = known.length > 0 && known.at(-1)?.state !== state;
    known.push({ ...one, state, isChange });
  }
  return known;
}

function occupancyOf(truth: readonly TrueChange[]): (at: number) => boolean {
  return (at) => {
    let low = 0;
    let high = truth.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((truth[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return truth[low - 1]?.kind === 'stopped';
  };
}

/** Walks along both, from change to change. */
function timesOf(
  { said, flagged }: WatchedBay,
  truth: readonly TrueChange[],
  fromMs: number,
  untilMs: number,
) {
  const instants = [
    ...truth.map(({ at, kind }) => ({ at, truth: kind === 'stopped' })),
    ...said.map(({ saidAt, state }) => ({ at: saidAt, state })),
    ...flagged.flatMap(({ from, to }) => [
      { at: from, flag: true },
      { at: to, flag: false },
    ]),
    { at: fromMs },
    { at: untilMs },
  ].toSorted((a, b) => a.at - b.at);
  let isOccupied = false;
  let state = 'unknown';
  let isFlagged = false;
  let before = 0;
  let [wrongMs, unknownMs, longestWrongMs, longestUnflaggedMs, longestLatchMs] = [0, 0, 0, 0, 0];
  let [runMs, unflaggedMs, latchMs] = [0, 0, 0];
  for (const instant of instants) {
    const from = Math.max(fromMs, before);
    const to = Math.min(untilMs, instant.at);
    const passedMs = to - from;
    before = instant.at;
    if (passedMs > 0) {
      const isWrong = state !== 'unknown' && (state === 'occupied') !== isOccupied;
      if (state === 'unknown') unknownMs += passedMs;
      if (isWrong) wrongMs += passedMs;
      runMs = isWrong ? runMs + passedMs : 0;
      unflaggedMs = isWrong && !isFlagged ? unflaggedMs + passedMs : 0;
      latchMs = isWrong && state === 'occupied' ? latchMs + passedMs : 0;
      longestWrongMs = Math.max(longestWrongMs, runMs);
      longestUnflaggedMs = Math.max(longestUnflaggedMs, unflaggedMs);
      longestLatchMs = Math.max(longestLatchMs, latchMs);
    }
    if ('truth' in instant) isOccupied = instant.truth;
    if ('state' in instant) state = instant.state;
    if ('flag' in instant) isFlagged = instant.flag;
  }
  return {
    watchedMs: untilMs - fromMs,
    wrongMs,
    unknownMs,
    longestWrongMs,
    longestUnflaggedMs,
    longestLatchMs,
  };
}
