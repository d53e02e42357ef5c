import type { Clock } from '#runtime/clock.ts';
import type { ModbusMaster } from './modbus-master.ts';
import { searchBus } from './search-bus.ts';
import { findNodes } from './search.ts';

/** A search takes the line for half a second or so. */
const SEARCH_EVERY_MS = 60_000;
/** So many suspicions within ten minutes prove it of sensors that know no search. */
const PROOF = 3;
const WITHIN_MS = 600_000;

/**
 * Whether more than one sensor has an address. More bytes than one node says are a suspicion; two
 * UIDs at one address are a proof, and for sensors without one, the same suspicion again and again.
 */
export class CrowdWatch {
  readonly #clock: Clock;
  readonly #suspicions = new Map<number, readonly number[]>();
  readonly #searchedAt = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  suspect(address: number): void {
    const now = this.#clock.monoMs();
    const recent = this.#recent(address).slice(1 - PROOF);
    this.#suspicions.set(address, [...recent, now]);
  }

  /** Looks into a suspicion, if there is one; true: it is proven. */
  async isProven(master: ModbusMaster, address: number, hasUid: boolean): Promise<boolean> {
    const suspicions = this.#recent(address);
    if (suspicions.length === 0) return false;
    if (!hasUid) {
      if (suspicions.length < PROOF) return false;
      this.#suspicions.delete(address);
      return true;
    }
    const now = this.#clock.monoMs();
    if (now - (this.#searchedAt.get(address) ?? Number.NEGATIVE_INFINITY) < SEARCH_EVERY_MS) {
      return false;
    }
    this.#searchedAt.set(address, now);
    this.#suspicions.delete(address);
    const search = findNodes(searchBus(master, address));
    for (;;) {
      const step = await search.next();
      if (step.done === true) return false;
      if (step.value.kind === 'found' && step.value.found > 1) return true;
    }
  }

  #recent(address: number): readonly number[] {
    const now = this.#clock.monoMs();
    return (this.#suspicions.get(address) ?? []).filter((at) => now - at < WITHIN_MS);
  }
}
