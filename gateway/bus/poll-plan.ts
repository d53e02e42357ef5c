/** When each node of a line is asked next. Times are monotonic milliseconds. */
export interface Due {
  readonly node: number;
  readonly at: number;
}

/**
 * Who is next: the node that has waited longest. Nodes are spread over the period, so that the
 * line, and the process over all its lines, is evenly busy.
 */
export class PollPlan {
  readonly #periodMs: number;
  readonly #dueAt: number[];

  /** `offsetMs` sets this line's places between those of other lines. */
  constructor(nodeCount: number, periodMs: number, startAt: number, offsetMs = 0) {
    this.#periodMs = periodMs;
    const stepMs = periodMs / nodeCount;
    this.#dueAt = Array.from(
      { length: nodeCount },
      (_, node) => startAt + offsetMs + node * stepMs,
    );
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
