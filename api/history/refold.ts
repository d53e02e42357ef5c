import type { BayId, LotId } from '#contract/ids.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { FoldedBay, LotGroup } from './bay-board.ts';
import { BayFold } from './bay-fold.ts';
import type { FoldSink } from './bay-fold.ts';
import { stretchSince, wholeStretch } from './bay-records.ts';
import type { BayStretch } from './bay-records.ts';
import type { GroupStays } from './group-stays.ts';
import { hourOf, noSums } from './hour-sums.ts';
import type { Hours, LotSums } from './lot-sums.ts';
import { sumsIn } from './lot-sums.ts';
import { clippedSpans, mergedSpans } from './spans.ts';
import { sealOf } from './seal.ts';
import { compareOrder } from './order.ts';
import type { Order } from './order.ts';
import type { ClosedStay } from './stay-machine.ts';
import { yieldToOthers } from './turns.ts';
import type { HistoryView } from './view.ts';

/** A bay that got a record from before what its fold remembers. */
export interface LateBay {
  /** A whole hour; no sum before it changes, but for what `order` says. */
  readonly from: number;
  /** The first event that stands among older ones; undefined: all new ones are the newest. */
  readonly order: Order | undefined;
}

interface RefoldParts {
  readonly log: EventLogReader;
  readonly view: HistoryView;
  readonly stays: GroupStays;
  readonly sums: LotSums;
}

/**
 * Folds the hours of a lot (and of those that it shares a bay with) again from the log, from the
 * first hour that a late record touches: the sums of its other bays are needed for whole rows. Late
 * bays get their fold and their stays anew.
 */
export async function refoldLots(
  { log, view, stays, sums }: RefoldParts,
  { hoursKeys, bays }: LotGroup,
  late: ReadonlyMap<BayId, LateBay>,
  position: number,
): Promise<void> {
  const whole = new Map<BayId, BayStretch>();
  let from = Infinity;
  for (const bay of bays) {
    const lateBay = late.get(bay.bay);
    if (!lateBay) continue;
    const { order } = lateBay;
    from = Math.min(from, lateBay.from);
    if (order === undefined) continue;
    const stretch = wholeStretch(log, bay, position);
    whole.set(bay.bay, stretch);
    // An event among older ones may move what any event after it did.
    for (const change of stretch.changes) {
      if (compareOrder(change.order, order) >= 0) from = Math.min(from, hourOf(change.at));
    }
    await yieldToOthers();
  }
  const seal = sealOf(log);
  from = Math.max(from, seal.until);
  const hours = new Map([...hoursKeys].map((key): [LotId, Hours] => [key, new Map()]));
  const scratch = noSums();
  for (const bay of bays) {
    const stretch = whole.get(bay.bay) ?? stretchSince(log, bay, from, position);
    const closed: ClosedStay[] = [];
    const sink: FoldSink = seal.over({
      sumsAt: (at) => {
        const ofLot = hours.get(bay.places.hoursKeyAt(at));
        return at < from || !ofLot ? scratch : sumsIn(ofLot, hourOf(at));
      },
      endOf: (at) => bay.places.cellEnd(at),
      closed: (stay) => closed.push(stay),
      retracted: () => undefined,
    });
    // The log may know longer intervals than were folded so far; only what is summed here counts.
    const before = clippedSpans(bay.fold.spans, 0, from);
    const after = clippedSpans(mergedSpans([...bay.fold.spans, ...stretch.spans]), from, Infinity);
    const spans = mergedSpans([...before, ...after]);
    const floor = Math.max(stretch.start.floor, Math.min(bay.fold.floor, from));
    const start = { ...stretch.start, floor };
    const fold = BayFold.over(start, stretch.changes, spans, sink);
    if (!late.has(bay.bay)) bay.fold.resummed(spans);
    else {
      bay.fold = fold;
      const first = stretch.changes[0]?.order;
      if (first) await retell(view, stays, bay, first, closed);
    }
    await yieldToOthers();
  }
  for (const [key, ofKey] of hours) sums.replace(key, from, ofKey);
}

/** Says of the bay's stays since an event what is new, changed or gone against the view. */
async function retell(
  view: HistoryView,
  stays: GroupStays,
  { bay, places }: FoldedBay,
  since: Order,
  closed: readonly ClosedStay[],
): Promise<void> {
  stays.forget(bay, since);
  for (const { order } of await view.staysOfBay(bay, since)) stays.retracted(bay, order);
  for (const stay of closed) stays.closed(bay, places.lotAt(stay.arrivedBefore), stay);
}
