import type { Stay } from '#contract/stay.ts';
import type { Hour } from '../history.ts';
import type { Span } from '../spans.ts';
import type { KnownSpan } from './known-time.ts';
import { isMemberAt } from './members.ts';

/** One bucket's sums over the bays that were asked for; observed is occupied + vacant. */
export interface BucketSums {
  readonly from: number;
  readonly to: number;
  readonly occupiedBayMs: number;
  readonly vacantBayMs: number;
  /** As much as could have been observed: what of it is neither is unknown. */
  readonly possibleBayMs: number;
  readonly arrivals: number;
  readonly departures: number;
}

/** Sums known time and stays into buckets between ascending edges. */
export class Buckets {
  readonly #edges: readonly number[];
  readonly #occupiedBayMs: Float64Array;
  readonly #vacantBayMs: Float64Array;
  readonly #possibleBayMs: Float64Array;
  readonly #arrivals: Uint32Array;
  readonly #departures: Uint32Array;

  constructor(edges: readonly number[]) {
    const count = Math.max(0, edges.length - 1);
    this.#edges = edges;
    this.#occupiedBayMs = new Float64Array(count);
    this.#vacantBayMs = new Float64Array(count);
    this.#possibleBayMs = new Float64Array(count);
    this.#arrivals = new Uint32Array(count);
    this.#departures = new Uint32Array(count);
  }

  addKnown(spans: readonly KnownSpan[]): void {
    for (const span of spans) {
      this.#add(span.state === 'occupied' ? this.#occupiedBayMs : this.#vacantBayMs, span);
    }
  }

  /** `bays`: so many that could be observed all that time. */
  addPossible(span: Span, bays = 1): void {
    this.#add(this.#possibleBayMs, span, bays);
  }

  /** A whole hour, where every edge is one. */
  addHour({ hourAt, occupiedBayMs, vacantBayMs, arrivals, departures }: Hour): void {
    const at = this.#bucketOf(hourAt);
    if (at < 0 || at >= this.#arrivals.length) return;
    this.#occupiedBayMs[at] = (this.#occupiedBayMs[at] ?? 0) + occupiedBayMs;
    this.#vacantBayMs[at] = (this.#vacantBayMs[at] ?? 0) + vacantBayMs;
    this.#arrivals[at] = (this.#arrivals[at] ?? 0) + arrivals;
    this.#departures[at] = (this.#departures[at] ?? 0) + departures;
  }

  /** `spans`: while its bay is counted. */
  addStay({ openLeft, arrivedBefore, departedBefore }: Stay, spans: readonly Span[]): void {
    const isCounted = (at: number) => isMemberAt(spans, at);
    if (!openLeft && isCounted(arrivedBefore)) this.#count(this.#arrivals, arrivedBefore);
    if (departedBefore !== null && isCounted(departedBefore)) {
      this.#count(this.#departures, departedBefore);
    }
  }

  all(): BucketSums[] {
    return Array.from(this.#arrivals, (arrivals, at) => ({
      from: this.#edges[at] ?? 0,
      to: this.#edges[at + 1] ?? 0,
      occupiedBayMs: this.#occupiedBayMs[at] ?? 0,
      vacantBayMs: this.#vacantBayMs[at] ?? 0,
      possibleBayMs: this.#possibleBayMs[at] ?? 0,
      arrivals,
      departures: this.#departures[at] ?? 0,
    }));
  }

  #add(sums: Float64Array, { from, until }: Span, times = 1): void {
    for (let at = Math.max(0, this.#bucketOf(from)); at < sums.length; at += 1) {
      const begin = Math.max(from, this.#edges[at] ?? 0);
      const end = Math.min(until, this.#edges[at + 1] ?? 0);
      if (end <= begin) break;
      sums[at] = (sums[at] ?? 0) + times * (end - begin);
    }
  }

  #count(counts: Uint32Array, at: number): void {
    const bucket = this.#bucketOf(at);
    if (bucket >= 0 && bucket < counts.length) counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  /** The bucket that holds the instant; −1 before the first, their number behind the last. */
  #bucketOf(at: number): number {
    let [low, high] = [0, this.#edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edges[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
