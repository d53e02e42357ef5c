import type { BayId, LotId } from '#contract/ids.ts';
import { compareOrder, orderKey } from './order.ts';
import type { Order } from './order.ts';
import { stayOf } from './stay-machine.ts';
import type { ClosedStay } from './stay-machine.ts';
import type { KeyedStay, StayKey } from './view.ts';

interface Told {
  readonly order: Order;
  stay: KeyedStay | undefined;
  retracted: boolean;
}

/** What a group says of stays that ended: the last word of each key. */
export class GroupStays {
  readonly #told = new Map<BayId, Map<string, Told>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  closed(bay: BayId, lot: LotId, stay: ClosedStay): void {
    this.#at(bay, stay.order).stay = { order: stay.order, stay: stayOf(bay, lot, stay) };
  }

  retracted(bay: BayId, order: Order): void {
    const told = this.#at(bay, order);
    told.stay = undefined;
    told.retracted = true;
  }

  /** Forgets what was said of the bay's stays that began there or later. */
  forget(bay: BayId, since: Order): void {
    const ofBay = this.#told.get(bay);
    for (const [key, { order }] of ofBay ?? []) {
      if (compareOrder(order, since) >= 0) ofBay?.delete(key);
    }
  }

  rows(): { readonly retracted: readonly StayKey[]; readonly stays: readonly KeyedStay[] } {
    const retracted: StayKey[] = [];
    const stays: KeyedStay[] = [];
    for (const [bay, ofBay] of this.#told) {
      for (const told of ofBay.values()) {
        if (told.retracted) retracted.push({ bay, order: told.order });
        if (told.stay) stays.push(told.stay);
      }
    }
    return { retracted, stays };
  }

  #at(bay: BayId, order: Order): Told {
    let ofBay = this.#told.get(bay);
    if (ofBay === undefined) {
      ofBay = new Map();
      this.#told.set(bay, ofBay);
    }
    const key = orderKey(order);
    let told = ofBay.get(key);
    if (told === undefined) {
      told = { order, stay: undefined, retracted: false };
      ofBay.set(key, told);
      this.#count += 1;
    }
    return told;
  }
}
