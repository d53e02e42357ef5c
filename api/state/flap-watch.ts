import type { BayState } from '#contract/bay.ts';

/**
 * What parked cars cannot do: change a bay between vacant and occupied five times within 10 s, where
 * each change is confirmed for 3 s before it is told. A gateway of which a quarter of the bays does
 * so is not plausible.
 */
const CHANGES = 5;
const WITHIN_MS = 10_000;
const SHARE = 0.25;

interface BayChanges {
  last: BayState;
  /** When it changed, the last four times; the oldest is overwritten next. */
  readonly at: number[];
  next: number;
}

interface Watched {
  readonly changes: Map<number, BayChanges>;
  /** By bay: when it was last found to change too often. */
  readonly flapped: Map<number, number>;
}

/**
 * Times are epoch milliseconds by the gateway's clock, not those of arrival: after an outage days of
 * changes arrive within seconds. Bays are numbered by the caller.
 */
export class FlapWatch<Gateway> {
  readonly #bayCountOf: ReadonlyMap<Gateway, number>;
  readonly #watched = new Map<Gateway, Watched>();

  constructor(bayCountOf: ReadonlyMap<Gateway, number>) {
    this.#bayCountOf = bayCountOf;
  }

  /** What is told of a bay now; false when too many bays of its gateway change too often. */
  isPlausible(gateway: Gateway, bay: number, state: BayState, sensedAt: number): boolean {
    if (state === 'unknown') return true;
    const watched = this.#watched.get(gateway) ?? { changes: new Map(), flapped: new Map() };
    this.#watched.set(gateway, watched);
    const changes = watched.changes.get(bay);
    if (changes === undefined) {
      watched.changes.set(bay, { last: state, at: [], next: 0 });
      return true;
    }
    if (changes.last === state) return true;
    changes.last = state;
    const fifthLast = changes.at[changes.next] ?? Number.NEGATIVE_INFINITY;
    changes.at[changes.next] = sensedAt;
    changes.next = (changes.next + 1) % (CHANGES - 1);
    if (Math.abs(sensedAt - fifthLast) > WITHIN_MS) return true;
    watched.flapped.set(bay, sensedAt);
    for (const [other, at] of watched.flapped) {
      if (Math.abs(sensedAt - at) > WITHIN_MS) watched.flapped.delete(other);
    }
    return watched.flapped.size < (this.#bayCountOf.get(gateway) ?? 1) * SHARE;
  }
}
