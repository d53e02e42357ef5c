import type { BayState } from '#contract/bay.ts';

/**
 * What parked cars cannot do: change a bay between vacant and occupied five times within 10 s, where
 * each change is confirmed for 3 s before it is told. A gateway of which a quarter of the bays does
 * so is not plausible.
 */
const CHANGES = 5;
const WITHIN_MS = 10_000;
const SHARE = 0.25;

/** What a bay was last told to be; a bay that was never told of is `UNTOLD`. */
const [UNTOLD, VACANT, OCCUPIED] = [0, 1, 2];
/** When it changed, the last four times; the oldest is overwritten next. */
const KEPT = CHANGES - 1;

/**
 * Times are epoch milliseconds by the gateway's clock, not those of arrival: after an outage days of
 * changes arrive within seconds. Bays are numbered by the caller, from 0: in columns of numbers,
 * since a city's bays as objects were 20 MB and each change a walk over memory.
 */
export class FlapWatch<Gateway> {
  readonly #bayCountOf: ReadonlyMap<Gateway, number>;
  readonly #last: Uint8Array;
  readonly #next: Uint8Array;
  readonly #changedAt: Float64Array;
  /** By gateway and bay: when it was last found to change too often. */
  readonly #flapped = new Map<Gateway, Map<number, number>>();

  constructor(bayCountOf: ReadonlyMap<Gateway, number>) {
    this.#bayCountOf = bayCountOf;
    let bayCount = 0;
    for (const count of bayCountOf.values()) bayCount += count;
    this.#last = new Uint8Array(bayCount);
    this.#next = new Uint8Array(bayCount);
    this.#changedAt = new Float64Array(KEPT * bayCount).fill(Number.NEGATIVE_INFINITY);
  }

  /** What is told of a bay now; false when too many bays of its gateway change too often. */
  isPlausible(gateway: Gateway, bay: number, state: BayState, sensedAt: number): boolean {
    if (state === 'unknown') return true;
    const [told, before] = [state === 'vacant' ? VACANT : OCCUPIED, this.#last[bay]];
    if (before === told) return true;
    this.#last[bay] = told;
    if (before === UNTOLD) return true;
    const next = this.#next[bay] ?? 0;
    const at = KEPT * bay + next;
    const fifthLast = this.#changedAt[at] ?? Number.NEGATIVE_INFINITY;
    this.#changedAt[at] = sensedAt;
    this.#next[bay] = (next + 1) % KEPT;
    if (Math.abs(sensedAt - fifthLast) > WITHIN_MS) return true;
    return this.#isCrowdCalm(gateway, bay, sensedAt);
  }

  /** Whether few enough of the gateway's bays flap now, with this one. */
  #isCrowdCalm(gateway: Gateway, bay: number, sensedAt: number): boolean {
    const flapped = this.#flapped.get(gateway) ?? new Map<number, number>();
    this.#flapped.set(gateway, flapped);
    flapped.set(bay, sensedAt);
    for (const [other, at] of flapped) {
      if (Math.abs(sensedAt - at) > WITHIN_MS) flapped.delete(other);
    }
    return flapped.size < (this.#bayCountOf.get(gateway) ?? 1) * SHARE;
  }
}
