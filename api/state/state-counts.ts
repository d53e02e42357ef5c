import type { BayId } from '#contract/ids.ts';
import type { CorrectedBay } from '#contract/site-overlay.ts';
import { STATES } from './bay-table.ts';
import type { SensedBay, SensedBays } from './sensed-bays.ts';

/**
 * How many bays of each lot and class are in which state. A closed bay is in no count; a corrected
 * one counts as what somebody saw, for as long as this site holds.
 */
export class StateCounts {
  readonly #counts: Int32Array;
  readonly #left: (bay: BayId) => boolean;

  constructor(
    { bays, bayAt, countCount }: SensedBays,
    closed: ReadonlySet<BayId>,
    corrected: ReadonlyMap<BayId, CorrectedBay>,
  ) {
    this.#counts = new Int32Array(3 * countCount);
    this.#left = (bay) => closed.has(bay) || corrected.has(bay);
    for (const [bay, { state }] of corrected) {
      const sensed = bays[bayAt.get(bay) ?? -1];
      if (sensed !== undefined) this.#add(sensed.countAt, STATES.indexOf(state), 1);
    }
  }

  /** `state`: its place in STATES. */
  count({ bay, countAt }: SensedBay, state: number, by: number): void {
    if (!this.#left(bay)) this.#add(countAt, state, by);
  }

  of(countAt: number): { vacant: number; occupied: number; unknown: number } {
    const [vacant = 0, occupied = 0, unknown = 0] = this.#counts.subarray(3 * countAt);
    return { vacant, occupied, unknown };
  }

  #add(countAt: number, state: number, by: number): void {
    const at = 3 * countAt + state;
    this.#counts[at] = (this.#counts[at] ?? 0) + by;
  }
}
