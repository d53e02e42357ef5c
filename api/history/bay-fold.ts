import { compareOrder } from './order.ts';
import type { Order } from './order.ts';
import { addTime, hourOf, segmentsFrom } from './hour-sums.ts';
import type { HourLedger } from './hour-sums.ts';
import { clippedSpans, mergedSpans, mergedWith, spanWithout } from './spans.ts';
import type { Span } from './spans.ts';
import { NOTHING_KNOWN, stateOf, step } from './stay-machine.ts';
import type { BayKnown, Change, ClosedStay, OpenStay, Step } from './stay-machine.ts';

/** Where a fold's results go. */
export interface FoldSink extends HourLedger {
  closed(stay: ClosedStay): void;
  /** What was said before of the stay that this event began holds no more. */
  retracted(order: Order): void;
}

/** A record reaches behind what the fold remembers: the bay must be folded again from the log. */
export interface Late {
  /** A whole hour: no sum before it changes. */
  readonly from: number;
  /** Its place among the older events is not known; undefined: it comes after all events so far. */
  readonly order: Order | undefined;
}

/** All that a fold remembers; it travels into the view and back. */
export interface FoldMemory {
  /** What is known after the events before the tail, and the last of those. */
  readonly base: BayKnown;
  readonly baseOrder: Order | undefined;
  /** The last events in order. */
  readonly tail: readonly Change[];
  /** Time before it is summed for good; from it on, tail and spans tell all that was summed. */
  readonly floor: number;
  /** When the bay was observed, merged; complete from the floor on. */
  readonly spans: readonly Span[];
  /** (from, until]: where a later event was sensed earlier, so that order and time disagree. */
  readonly steps: readonly Span[];
  readonly last: { readonly order: Order; readonly at: number } | undefined;
}

export const EMPTY_MEMORY: FoldMemory = {
  base: NOTHING_KNOWN,
  baseOrder: undefined,
  tail: [],
  floor: 0,
  spans: [],
  steps: [],
  last: undefined,
};

/** Events remembered at least; what comes late by less needs no reading of the log. */
const KEPT_CHANGES = 8;
/** Events remembered at most while no observed time comes for them; older ones are let go. */
const MOST_CHANGES = 64;
const MOST_SPANS = 16;
/** More clock steps than these are remembered as fewer and wider ones: only slower, never wrong. */
const MOST_STEPS = 8;

/** One bay's events and observed spans, folded one by one as they come; pure but for its memory. */
export class BayFold {
  #base: BayKnown;
  #baseOrder: Order | undefined;
  #tail: Change[];
  #floor: number;
  #spans: Span[];
  #steps: Span[];
  #last: FoldMemory['last'];
  #head: BayKnown;
  #stale = false;

  constructor(memory: FoldMemory = EMPTY_MEMORY) {
    this.#base = memory.base;
    this.#baseOrder = memory.baseOrder;
    this.#tail = [...memory.tail];
    this.#floor = memory.floor;
    this.#spans = [...memory.spans];
    this.#steps = [...memory.steps];
    this.#last = memory.last;
    this.#head = stepsOf(memory.base, memory.tail).at(-1)?.next ?? memory.base;
  }

  /** Folds a whole stretch of history at once: changes in order, spans in any. */
  static over(
    start: FoldMemory,
    changes: readonly Change[],
    spans: readonly Span[],
    sink: FoldSink,
  ): BayFold {
    const fold = new BayFold({ ...start, spans: mergedSpans(spans) });
    addTime(sink, segmentsFrom(fold.#floor, stateOf(fold.#base), changes), fold.#spans);
    for (const change of changes) {
      fold.#follow(change);
      fold.#tail.push(change);
      fold.#head = tell(step(fold.#head, change), sink);
    }
    fold.#forget();
    return fold;
  }

  get open(): OpenStay | undefined {
    return this.#head.stay;
  }
  get floor(): number {
    return this.#floor;
  }
  get spans(): readonly Span[] {
    return this.#spans;
  }
  get steps(): readonly Span[] {
    return this.#steps;
  }

  memory(): FoldMemory {
    return {
      base: this.#base,
      baseOrder: this.#baseOrder,
      tail: this.#tail,
      floor: this.#floor,
      spans: this.#spans,
      steps: this.#steps,
      last: this.#last,
    };
  }

  /** Takes a bay event; undefined: it is folded. One that was taken before changes nothing. */
  change(change: Change, sink: FoldSink): Late | undefined {
    const late = { from: hourOf(change.at), order: undefined };
    if (this.#last === undefined || compareOrder(change.order, this.#last.order) > 0) {
      this.#follow(change);
      if (this.#stale || change.at < this.#floor) return this.#turnStale(late);
      this.#retime(change.at, sink, () => this.#tail.push(change));
      this.#head = tell(step(this.#head, change), sink);
      this.#forget();
      return undefined;
    }
    const isInTail = !this.#baseOrder || compareOrder(change.order, this.#baseOrder) > 0;
    if (this.#stale || !isInTail || change.at < this.#floor) {
      return this.#turnStale({ ...late, order: change.order });
    }
    this.#insert(change, sink);
    return undefined;
  }

  /** Takes an observed span; undefined: it is folded. What was observed already changes nothing. */
  observe(span: Span, sink: FoldSink): Late | undefined {
    const parts = spanWithout(span, this.#spans);
    const [first] = parts;
    if (first === undefined) return undefined;
    this.#spans = mergedWith(this.#spans, span);
    if (this.#stale || first.from < this.#floor) {
      return this.#turnStale({ from: hourOf(first.from), order: undefined });
    }
    addTime(sink, segmentsFrom(first.from, stateOf(this.#base), this.#tail), parts);
    this.#forget();
    return undefined;
  }

  /** Other sums stand now from some hour on: those of these spans instead of the ones known here. */
  resummed(spans: readonly Span[]): void {
    this.#spans = mergedSpans(spans);
    this.#forget();
  }

  #turnStale(late: Late): Late {
    this.#stale = true;
    return late;
  }

  #follow({ order, at }: Change): void {
    if (this.#last && at < this.#last.at) this.#stepped(at, this.#last.at);
    this.#last = { order, at };
  }

  #stepped(from: number, until: number): void {
    const steps = mergedSpans([...this.#steps, { from, until }]);
    while (steps.length > MOST_STEPS) {
      const [a, b] = steps.splice(0, 2);
      if (a && b) steps.unshift({ from: a.from, until: b.until });
    }
    this.#steps = steps;
  }

  /** Changes the tail, and sums the observed time from `from` on anew. */
  #retime(from: number, sink: FoldSink, changeTail: () => void): void {
    const isObserved = from < (this.#spans.at(-1)?.until ?? 0);
    if (!isObserved) return changeTail();
    const observed = clippedSpans(this.#spans, from, Infinity);
    const before = stateOf(this.#base);
    addTime(sink, segmentsFrom(from, before, this.#tail), observed, -1);
    changeTail();
    addTime(sink, segmentsFrom(from, before, this.#tail), observed);
  }

  #insert(change: Change, sink: FoldSink): void {
    const at = this.#tail.findIndex(({ order }) => compareOrder(order, change.order) >= 0);
    const [before, after] = [this.#tail[at - 1], this.#tail[at]];
    if (!after || compareOrder(after.order, change.order) === 0) return;
    if (before && change.at < before.at) this.#stepped(change.at, before.at);
    if (after.at < change.at) this.#stepped(after.at, change.at);
    for (const { closed, began } of stepsOf(this.#base, this.#tail)) {
      if (closed) sink.retracted(closed.order);
      count(sink, began, closed, -1);
    }
    this.#retime(change.at, sink, () => this.#tail.splice(at, 0, change));
    const steps = stepsOf(this.#base, this.#tail);
    for (const taken of steps) tell(taken, sink);
    this.#head = steps.at(-1)?.next ?? this.#base;
    this.#forget();
  }

  /** Lets the oldest events go once their time is observed, and spans that are summed for good. */
  #forget(): void {
    const summedTo = this.#spans.at(-1)?.until ?? 0;
    let gone = 0;
    for (const change of this.#tail) {
      const left = this.#tail.length - gone;
      if (left <= KEPT_CHANGES || (change.at > summedTo && left <= MOST_CHANGES)) break;
      this.#base = step(this.#base, change).next;
      this.#baseOrder = change.order;
      this.#floor = Math.max(this.#floor, change.at);
      gone += 1;
    }
    if (gone > 0) this.#tail.splice(0, gone);
    const crowd = this.#spans.at(-MOST_SPANS);
    if (crowd && this.#spans.length > MOST_SPANS) this.#floor = Math.max(this.#floor, crowd.from);
    const { length } = this.#spans;
    if (length > 1) {
      this.#spans = this.#spans.filter((span, at) => span.until > this.#floor || at === length - 1);
    }
  }
}

function stepsOf(base: BayKnown, changes: readonly Change[]): Step[] {
  const steps: Step[] = [];
  let known = base;
  for (const change of changes) {
    const taken = step(known, change);
    steps.push(taken);
    known = taken.next;
  }
  return steps;
}

function tell({ next, closed, began }: Step, sink: FoldSink): BayKnown {
  if (closed) sink.closed(closed);
  count(sink, began, closed, 1);
  return next;
}

function count(
  ledger: HourLedger,
  began: OpenStay | undefined,
  closed: ClosedStay | undefined,
  sign: 1 | -1,
): void {
  if (began && !began.openLeft) ledger.sumsAt(began.arrivedBefore).arrivals += sign;
  if (closed) ledger.sumsAt(closed.departedBefore).departures += sign;
}
