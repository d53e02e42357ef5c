import type { Span } from '../spans.ts';
import type { KnownSpan } from './known-time.ts';

/** How full a set of bays was at its fullest, and when there was no room at all. */
export interface Crowding {
  /** The most bays that were known to be occupied at once, and the first time of it. */
  readonly peak:
    | { readonly occupied: number; readonly from: number; readonly until: number }
    | undefined;
  /** No bay known to be vacant, and no more than a few unknown. */
  readonly full: readonly Span[];
}

/** A lot is full only while so few of its bays are unknown: the rule of the signs. */
const mostUnknownOf = (bays: number): number => Math.max(1, Math.floor(0.02 * bays));

/** What changes at an instant, as the rest of a number that is the instant times eight. */
const BEGINS = { member: 0, occupied: 1, vacant: 2 } as const;
const ENDS = 3;
const SORTS = 8;

/** Takes bays one after another; a change is one number, so that years of a lot fit. */
export class Crowd {
  #changes = new Float64Array(1_024);
  #count = 0;

  /** `spans`: while the bay belonged to the set. */
  add(known: readonly KnownSpan[], spans: readonly Span[]): void {
    for (const { from, until } of spans) this.#put(from, until, BEGINS.member);
    for (const { from, until, state } of known) this.#put(from, until, BEGINS[state]);
  }

  /** A set of which nothing is known is not full. */
  crowding(): Crowding {
    const changes = this.#changes.subarray(0, this.#count).toSorted();
    const now = [0, 0, 0];
    const full: { from: number; until: number }[] = [];
    let peak: { occupied: number; from: number; until: number } | undefined;
    for (const [index, change] of changes.entries()) {
      const sort = change % SORTS;
      const at = (change - sort) / SORTS;
      const of = sort % ENDS;
      now[of] = (now[of] ?? 0) + (sort < ENDS ? 1 : -1);
      const next = changes[index + 1];
      const until = next === undefined ? at : Math.floor(next / SORTS);
      // All that happens at one instant happens before anything lasts.
      if (until === at) continue;
      const [members = 0, occupied = 0, vacant = 0] = now;
      if (occupied > (peak?.occupied ?? 0)) peak = { occupied, from: at, until };
      const unknown = members - occupied - vacant;
      if (vacant > 0 || occupied === 0 || unknown > mostUnknownOf(members)) continue;
      const last = full.at(-1);
      if (last?.until === at) last.until = until;
      else full.push({ from: at, until });
    }
    return { peak, full };
  }

  #put(from: number, until: number, sort: number): void {
    if (this.#count + 2 > this.#changes.length) {
      const larger = new Float64Array(2 * this.#changes.length);
      larger.set(this.#changes);
      this.#changes = larger;
    }
    this.#changes[this.#count] = from * SORTS + sort;
    this.#changes[this.#count + 1] = until * SORTS + sort + ENDS;
    this.#count += 2;
  }
}
