import type { Stay } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import { compareOrder } from './order.ts';
import { touchesWindow } from './view.ts';
import type { KeyedStay } from './view.ts';

/**
 * Ended stays that come bay by bay (bays ascending, in any order within one) together with those that
 * are open, by bay and time. Holds one bay's stays at a time.
 */
export async function* inOrderWithOpen(
  ended: AsyncIterable<KeyedStay>,
  open: readonly KeyedStay[],
  window: TimeWindow,
): AsyncGenerator<Stay> {
  const waiting = open
    .filter(({ stay }) => touchesWindow(stay, window))
    .toSorted((a, b) => compareBays(a, b));
  let ofBay: KeyedStay[] = [];
  let next = 0;

  function* before(bay: KeyedStay | undefined): Generator<Stay> {
    for (let each = waiting[next]; each !== undefined; each = waiting[next]) {
      if (bay && compareBays(each, bay) > 0) return;
      if (bay && compareBays(each, bay) === 0) ofBay.push(each);
      else yield each.stay;
      next += 1;
    }
  }
  function* whole(): Generator<Stay> {
    const [first] = ofBay;
    if (first) yield* before(first);
    for (const { stay } of ofBay.toSorted(compareInBay)) yield stay;
    ofBay = [];
  }

  for await (const keyed of ended) {
    const [first] = ofBay;
    if (first && first.stay.bay !== keyed.stay.bay) yield* whole();
    ofBay.push(keyed);
  }
  yield* whole();
  yield* before(undefined);
}

function compareBays(a: KeyedStay, b: KeyedStay): number {
  return a.stay.bay < b.stay.bay ? -1 : Number(a.stay.bay > b.stay.bay);
}

function compareInBay(a: KeyedStay, b: KeyedStay): number {
  return a.stay.arrivedBefore - b.stay.arrivedBefore || compareOrder(a.order, b.order);
}
