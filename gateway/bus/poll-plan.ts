/** When each node of a line is asked next. Times are monotonic milliseconds. */
export interface Due {
  readonly node: number;
  readonly at: number;
}

/** Nodes spread evenly over the period. */
export function evenPlaces(nodeCount: number, periodMs: number): number[] {
  return Array.from({ length: nodeCount }, (_, node) => (node * periodMs) / nodeCount);
}

/**
 * Who is next: the node that has waited longest. Each keeps its place in the period, so that the
 * line, and the process over all its lines, is evenly busy.
 */
export class PollPlan {
  readonly #periodMs: number;
  readonly #dueAt: number[];

  /** `places`: when in the period each node is asked, in ms. */
  constructor(places: readonly number[], periodMs: number, startAt: number) {
    this.#periodMs = periodMs;
    this.#dueAt = places.map((placeMs) => startAt + placeMs);
  }

  next(): Due {
    let node = 0;
    for (let other = 1; other < this.#dueAt.length; other += 1) {
      if ((this.#dueAt[other] ?? 0) < (this.#dueAt[node] ?? 0)) node = other;
    }
    return { node, at: this.#dueAt[node] ?? 0 };
  }

  /** Keeps the node's place in the period; a line that is too slow for it goes round in turn. */
  asked(node: number, at: number): void {
    const due = this.#dueAt[node] ?? at;
    this.#dueAt[node] = Math.max(due + this.#periodMs, at);
  }

  /** The node is asked again only after this long. */
  postpone(node: number, until: number): void {
    this.#dueAt[node] = until;
  }
}
