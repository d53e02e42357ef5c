import type { Stay } from '#contract/stay.ts';
import type { Hour } from '../history.ts';
import type { KnownSpan } from './known-time.ts';

/** One bucket's sums over the bays that were asked for; observed is occupied + vacant. */
export interface BucketSums {
  readonly from: number;
  readonly to: number;
  readonly occupiedBayMs: number;
  readonly vacantBayMs: number;
  readonly arrivals: number;
  readonly departures: number;
}

/** Sums known time and stays into buckets between ascending edges. */
export class Buckets {
  readonly #edges: readonly number[];
  readonly #occupiedBayMs: Float64Array;
  readonly #vacantBayMs: Float64Array;
  readonly #arrivals: Uint32Array;
  readonly #departures: Uint32Array;

  constructor(edges: readonly number[]) {
    const count = Math.max(0, edges.length - 1);
    this.#edges = edges;
    this.#occupiedBayMs = new Float64Array(count);
    this.#vacantBayMs = new Float64Array(count);
    this.#arrivals = new Uint32Array(count);
    this.#departures = new Uint32Array(count);
  }

  addKnown(spans: readonly KnownSpan[]): void {
    for (const { from, until, state } of spans) {
      const sums = state === 'occupied' ? this.#occupiedBayMs : this.#vacantBayMs;
      for (let at = Math.max(0, this.#bucketOf(from)); at < sums.length; at += 1) {
        const begin = Math.max(from, this.#edges[at] ?? 0);
        const end = Math.min(until, this.#edges[at + 1] ?? 0);
        if (end <= begin) break;
        sums[at] = (sums[at] ?? 0) + end - begin;
      }
    }
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

  addStay({ openLeft, arrivedBefore, departedBefore }: Stay): void {
    if (!openLeft) this.#count(this.#arrivals, arrivedBefore);
    if (departedBefore !== null) this.#count(this.#departures, departedBefore);
  }

  all(): BucketSums[] {
    return Array.from(this.#arrivals, (arrivals, at) => ({
      from: this.#edges[at] ?? 0,
      to: this.#edges[at + 1] ?? 0,
      occupiedBayMs: this.#occupiedBayMs[at] ?? 0,
      vacantBayMs: this.#vacantBayMs[at] ?? 0,
      arrivals,
      departures: this.#departures[at] ?? 0,
    }));
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
