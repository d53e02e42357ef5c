import type { BayState } from '#contract/bay.ts';

export const STATES = ['vacant', 'occupied', 'unknown'] as const satisfies readonly BayState[];
export type StateCode = 0 | 1 | 2;
export const UNKNOWN = 2;
const codes: Readonly<Record<BayState, StateCode>> = { vacant: 0, occupied: 1, unknown: UNKNOWN };

/** A state with its place in the order of a bay's life: (journal order, seq). */
export interface BelievedState {
  readonly state: BayState;
  /** When the state was first sensed, by the gateway's clock; for an unknown, when it was last known. */
  readonly sensedAt: number;
  readonly order: number;
  readonly seq: number;
}

/** Where in a bay's row each of its numbers stands. */
const [BELIEVED, ORDER, SEQ, SENSED_AT, OBSERVED_MS, SHOWN, KNOWN_UNTIL] = [0, 1, 2, 3, 4, 5, 6];
const ROW = 8;
const NOTHING_KNOWN = [UNKNOWN, 0, -1, 0, Number.NEGATIVE_INFINITY, UNKNOWN, 0, 0];

/**
 * Bay by bay what was last believed, when it was last observed, and what may be shown: rows of
 * numbers, so that 100,000 bays cost 6 MB. A row is as long as what a processor reads of memory at
 * once, since bays change in no order. Times of observation are monotonic milliseconds.
 */
export class BayTable {
  readonly #rows: Float64Array;

  constructor(size: number) {
    this.#rows = new Float64Array(ROW * size);
    for (let at = 0; at < this.#rows.length; at += ROW) this.#rows.set(NOTHING_KNOWN, at);
  }

  /** A new table whose bays are those of these numbers; undefined: a bay of which nothing is known. */
  rearranged(from: readonly (number | undefined)[]): BayTable {
    const table = new BayTable(from.length);
    for (const [at, old] of from.entries()) {
      if (old === undefined) continue;
      table.#rows.set(this.#rows.subarray(ROW * old, ROW * (old + 1)), ROW * at);
    }
    return table;
  }

  /** Less than 0: the bay's state is older than (order, seq); 0: it stands there. */
  compare(bay: number, order: number, seq: number): number {
    return this.#at(bay, ORDER) - order || this.#at(bay, SEQ) - seq;
  }

  orderOf(bay: number): number {
    return this.#at(bay, ORDER);
  }

  seqOf(bay: number): number {
    return this.#at(bay, SEQ);
  }

  believe(bay: number, { state, sensedAt, order, seq }: BelievedState): void {
    const row = ROW * bay;
    this.#rows[row + BELIEVED] = codes[state];
    this.#rows[row + ORDER] = order;
    this.#rows[row + SEQ] = seq;
    this.#rows[row + SENSED_AT] = sensedAt;
  }

  /** Until when the last known state held, in epoch milliseconds; for bays that are shown unknown. */
  setKnownUntil(bay: number, at: number): void {
    this.#rows[ROW * bay + KNOWN_UNTIL] = at;
  }

  observe(bay: number, atMs: number): void {
    if (atMs > this.observedMs(bay)) this.#rows[ROW * bay + OBSERVED_MS] = atMs;
  }

  observedMs(bay: number): number {
    return this.#at(bay, OBSERVED_MS);
  }

  shown(bay: number): StateCode {
    return this.#at(bay, SHOWN) as StateCode;
  }

  /** What may be shown now; returns what was shown before. */
  show(bay: number, fresh: boolean): StateCode {
    const before = this.shown(bay);
    this.#rows[ROW * bay + SHOWN] = fresh ? this.#at(bay, BELIEVED) : UNKNOWN;
    return before;
  }

  /** For the page: since when the shown state holds, or until when the bay was last known. */
  since(bay: number): number {
    const isTold = this.#at(bay, BELIEVED) === this.#at(bay, SHOWN) && this.#at(bay, ORDER) !== 0;
    return this.#at(bay, isTold ? SENSED_AT : KNOWN_UNTIL);
  }

  /** Bays are numbers of live state's own: each has its row. */
  #at(bay: number, field: number): number {
    return this.#rows[ROW * bay + field] as number;
  }
}
