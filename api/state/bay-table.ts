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

/**
 * Bay by bay what was last believed, when it was last observed, and what may be shown: columns of
 * numbers, so that 100,000 bays cost 6 MB. Times of observation are monotonic milliseconds.
 */
export class BayTable {
  readonly #believed: Uint8Array;
  readonly #order: Float64Array;
  readonly #seq: Float64Array;
  readonly #sensedAt: Float64Array;
  readonly #observedMs: Float64Array;
  readonly #shown: Uint8Array;
  readonly #knownUntil: Float64Array;

  constructor(size: number) {
    this.#believed = new Uint8Array(size).fill(UNKNOWN);
    this.#order = new Float64Array(size);
    this.#seq = new Float64Array(size).fill(-1);
    this.#sensedAt = new Float64Array(size);
    this.#observedMs = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.#shown = new Uint8Array(size).fill(UNKNOWN);
    this.#knownUntil = new Float64Array(size);
  }

  /** A new table whose bays are those of these numbers; undefined: a bay of which nothing is known. */
  rearranged(from: readonly (number | undefined)[]): BayTable {
    const table = new BayTable(from.length);
    for (const [at, old] of from.entries()) {
      if (old === undefined) continue;
      table.#believed[at] = this.#believed[old] ?? UNKNOWN;
      table.#order[at] = this.#order[old] ?? 0;
      table.#seq[at] = this.#seq[old] ?? -1;
      table.#sensedAt[at] = this.#sensedAt[old] ?? 0;
      table.#observedMs[at] = this.#observedMsOf(old);
      table.#shown[at] = this.#shown[old] ?? UNKNOWN;
      table.#knownUntil[at] = this.#knownUntil[old] ?? 0;
    }
    return table;
  }

  /** Less than 0: the bay's state is older than (order, seq); 0: it stands there. */
  compare(bay: number, order: number, seq: number): number {
    return (this.#order[bay] ?? 0) - order || (this.#seq[bay] ?? 0) - seq;
  }

  orderOf(bay: number): number {
    return this.#order[bay] ?? 0;
  }

  seqOf(bay: number): number {
    return this.#seq[bay] ?? -1;
  }

  believe(bay: number, { state, sensedAt, order, seq }: BelievedState): void {
    this.#believed[bay] = codes[state];
    this.#order[bay] = order;
    this.#seq[bay] = seq;
    this.#sensedAt[bay] = sensedAt;
  }

  /** Until when the last known state held, in epoch milliseconds; for bays that are shown unknown. */
  setKnownUntil(bay: number, at: number): void {
    this.#knownUntil[bay] = at;
  }

  observe(bay: number, atMs: number): void {
    if (atMs > this.#observedMsOf(bay)) this.#observedMs[bay] = atMs;
  }

  observedMs(bay: number): number {
    return this.#observedMsOf(bay);
  }

  shown(bay: number): StateCode {
    return (this.#shown[bay] ?? UNKNOWN) as StateCode;
  }

  /** What may be shown now; returns what was shown before. */
  show(bay: number, fresh: boolean): StateCode {
    const before = this.shown(bay);
    this.#shown[bay] = fresh ? (this.#believed[bay] ?? UNKNOWN) : UNKNOWN;
    return before;
  }

  believes(bay: number): BayState {
    return STATES[(this.#believed[bay] ?? UNKNOWN) as StateCode];
  }

  /** For the page: since when the shown state holds, or until when the bay was last known. */
  since(bay: number): number {
    const told = this.#believed[bay] === this.#shown[bay] && this.#order[bay] !== 0;
    return (told ? this.#sensedAt[bay] : this.#knownUntil[bay]) ?? 0;
  }

  #observedMsOf(bay: number): number {
    return this.#observedMs[bay] ?? Number.NEGATIVE_INFINITY;
  }
}
