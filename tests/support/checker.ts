import type { ObservedSpan, Stay } from '#contract/stay.ts';

/**
 * Holds an export of everything against the simulator's truth log, by the rules of "Stays" and
 * "Coverage": what was observable is there exactly once with its times; what fell into a gap is
 * bounded by it; nothing else is there.
 */

/** A car in a bay as the simulator made it happen; `leftAt` undefined: it still stands. */
export interface TrueStay {
  readonly bay: string;
  readonly stoppedAt: number;
  readonly leftAt: number | undefined;
  /** It stood already when the simulation began. */
  readonly initial: boolean;
}

export interface CheckInput {
  readonly truth: readonly TrueStay[];
  readonly stays: readonly Stay[];
  readonly observed: readonly ObservedSpan[];
  /** Checked are all bays named here. */
  readonly bays: readonly string[];
  /** Evidence comes at most this much after the wheels: poll period, median, confirmation of a gap. */
  readonly lateMs: number;
  /** Evidence comes at most this much before: clocks. */
  readonly earlyMs: number;
  /** No truth after this instant is looked for: its evidence may be under way. */
  readonly until: number;
}

export interface CheckResult {
  readonly problems: readonly string[];
  readonly exact: number;
  readonly bounded: number;
  readonly bridged: number;
  readonly unobservable: number;
  /** Bays with a change so near a gap's edge that either reading is right; only softly checked. */
  readonly edgeBays: readonly string[];
}

interface Span {
  readonly from: number;
  readonly until: number;
}

/** What a perfect observer with these spans would say of a bay's true stays. */
interface ExpectedStay {
  readonly arrived: number;
  readonly left: number | undefined;
  readonly arrivalSeen: boolean;
  readonly departureSeen: boolean;
  readonly bridged: boolean;
}

export function checkAgainstTruth(input: CheckInput): CheckResult {
  const problems: string[] = [];
  const edgeBays: string[] = [];
  const tally = { exact: 0, bounded: 0, bridged: 0, unobservable: 0 };
  for (const bay of input.bays) {
    const spans = spansOf(input.observed, bay);
    const truth = input.truth
      .filter((stay) => stay.bay === bay && stay.stoppedAt < input.until)
      .toSorted((a, b) => a.stoppedAt - b.stoppedAt);
    const stays = input.stays
      .filter((stay) => stay.bay === bay)
      .toSorted((a, b) => a.arrivedBefore - b.arrivedBefore);
    const expected = expectedStays(truth, spans, input);
    tally.unobservable += truth.length - expected.length;
    if (hasChangeAtEdge(truth, spans, input)) {
      edgeBays.push(bay);
      continue;
    }
    compare(bay, expected, stays, input, problems, tally);
  }
  return { problems, ...tally, edgeBays };
}

function spansOf(observed: readonly ObservedSpan[], bay: string): Span[] {
  const spans = observed
    .filter((span) => span.bay === bay && span.until > span.from)
    .toSorted((a, b) => a.from - b.from);
  const merged: { from: number; until: number }[] = [];
  for (const { from, until } of spans) {
    const last = merged.at(-1);
    if (last && from <= last.until) last.until = Math.max(last.until, until);
    else merged.push({ from, until });
  }
  return merged;
}

/** Seen: the instant lies in a span. What is in no span's reach happened unseen. */
function expectedStays(
  truth: readonly TrueStay[],
  spans: readonly Span[],
  { until }: CheckInput,
): ExpectedStay[] {
  const seenAt = (at: number) => spans.some((span) => at >= span.from && at < span.until);
  const visible = truth.filter((stay) =>
    spans.some((span) => span.from < (stay.leftAt ?? until) && span.until > stay.stoppedAt),
  );
  const expected: ExpectedStay[] = [];
  for (const stay of visible) {
    const left = stay.leftAt !== undefined && stay.leftAt < until ? stay.leftAt : undefined;
    const next: ExpectedStay = {
      arrived: stay.stoppedAt,
      left,
      arrivalSeen: !stay.initial && seenAt(stay.stoppedAt),
      departureSeen: left !== undefined && seenAt(left),
      bridged: gapsWithin(spans, stay.stoppedAt, left ?? until) > 0,
    };
    const before = expected.at(-1);
    // Occupied on both sides of a gap that swallowed the change between: one bridged stay.
    if (before?.left !== undefined && sameGap(spans, before.left, next.arrived)) {
      expected[expected.length - 1] = { ...next, ...startOf(before), bridged: true };
    } else expected.push(next);
  }
  return expected;
}

const startOf = ({ arrived, arrivalSeen }: ExpectedStay) => ({ arrived, arrivalSeen });

function gapsWithin(spans: readonly Span[], from: number, to: number): number {
  let gaps = 0;
  for (const [at, span] of spans.entries()) {
    const next = spans[at + 1];
    if (next && span.until > from && next.from < to) gaps += 1;
  }
  return gaps;
}

/** Both instants lie in one and the same gap between two spans. */
function sameGap(spans: readonly Span[], a: number, b: number): boolean {
  return spans.some((span, at) => {
    const next = spans[at + 1];
    return next !== undefined && a >= span.until && b < next.from;
  });
}

function hasChangeAtEdge(
  truth: readonly TrueStay[],
  spans: readonly Span[],
  { lateMs, earlyMs }: CheckInput,
): boolean {
  const changes = truth.flatMap(({ stoppedAt, leftAt, initial }) => [
    ...(initial ? [] : [stoppedAt]),
    ...(leftAt === undefined ? [] : [leftAt]),
  ]);
  const edges = spans.flatMap(({ from, until }) => [from, until]);
  return changes.some((at) => edges.some((edge) => at > edge - lateMs && at < edge + earlyMs));
}

function compare(
  bay: string,
  expected: readonly ExpectedStay[],
  stays: readonly Stay[],
  { lateMs, earlyMs, until }: CheckInput,
  problems: string[],
  tally: { exact: number; bounded: number; bridged: number },
): void {
  const say = (text: string) => problems.push(`${bay}: ${text}`);
  const heard = stays.filter((stay) => stay.arrivedBefore < until);
  if (heard.length !== expected.length) {
    say(
      `${expected.length} stays happened where they could be observed, history has ${heard.length}` +
        `\n    true: ${expected.map((e) => `${iso(e.arrived)}–${iso(e.left)}`).join(', ')}` +
        `\n    history: ${heard.map((h) => `${iso(h.arrivedBefore)}–${iso(h.departedBefore)}`).join(', ')}`,
    );
    return;
  }
  for (const [at, stay] of heard.entries()) {
    const truth = expected[at];
    if (!truth) continue;
    if (stay.anomalous)
      say(`stay at ${iso(stay.arrivedBefore)} is anomalous: a departure was missed`);
    const arrival = { after: stay.arrivedAfter, before: stay.arrivedBefore };
    if (!stay.openLeft) checkTime('arrival', arrival, truth.arrived, truth.arrivalSeen);
    else if (truth.arrivalSeen)
      say(`stay at ${iso(truth.arrived)} began observed, history says it did not`);
    if (truth.left === undefined) {
      if (stay.departedBefore !== null && stay.departedBefore < until) {
        say(`departure at ${iso(stay.departedBefore)} never happened`);
      }
    } else if (stay.departedAfter === null || stay.departedBefore === null) {
      say(`departure at ${iso(truth.left)} is missing`);
    } else {
      const departure = { after: stay.departedAfter, before: stay.departedBefore };
      checkTime('departure', departure, truth.left, truth.departureSeen);
    }
    if (stay.bridged !== truth.bridged) {
      say(`stay at ${iso(truth.arrived)} is ${truth.bridged ? 'not ' : ''}marked bridged`);
    }
    if (truth.bridged) tally.bridged += 1;
    else if (truth.arrivalSeen && truth.departureSeen) tally.exact += 1;
    else tally.bounded += 1;
  }

  function checkTime(
    what: string,
    { after, before }: { after: number; before: number },
    truth: number,
    seen: boolean,
  ): void {
    if (seen && after !== before) say(`${what} at ${iso(truth)} was observed, history has bounds`);
    if (!seen && after === before)
      say(`${what} at ${iso(truth)} was not observed, history claims it`);
    if (truth < after - lateMs || truth > before + earlyMs) {
      say(`${what} at ${iso(truth)} stands as [${iso(after)}, ${iso(before)}]`);
    }
  }
}

const iso = (at: number | null | undefined) =>
  at === undefined || at === null ? 'open' : new Date(at).toISOString().slice(11, 23);

/** The truth log's lines as stays. */
export function trueStaysOf(lines: readonly string[]): TrueStay[] {
  const open = new Map<string, TrueStay>();
  const done: TrueStay[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const entry = JSON.parse(line) as {
      kind: string;
      bay: string;
      occupied?: boolean;
      at: number;
    };
    const { bay, at } = entry;
    if (entry.kind === 'stopped' || (entry.kind === 'initial' && entry.occupied === true)) {
      open.set(bay, { bay, stoppedAt: at, leftAt: undefined, initial: entry.kind === 'initial' });
    } else if (entry.kind === 'left') {
      const stay = open.get(bay);
      if (stay) done.push({ ...stay, leftAt: at });
      open.delete(bay);
    }
  }
  return [...done, ...open.values()];
}
