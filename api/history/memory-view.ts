import type { BayId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import { dwellOf } from './answers/dwell.ts';
import type { Hour, LotDwell, LotHour } from './history.ts';
import type { HourSums } from './hour-sums.ts';
import { addSums, hourFrom, sumsIn } from './lot-sums.ts';
import { compareOrder, orderKey } from './order.ts';
import type { Order } from './order.ts';
import { touchesWindow } from './view.ts';
import type { BayRow, HistoryView, KeyedStay, ViewEngine, ViewGroup, ViewMark } from './view.ts';

/** A view that lives as long as its engine: for tests, and where no disk is wanted. */
export function openMemoryEngine(): ViewEngine {
  let view = new MemoryView();
  return {
    open: () => Promise.resolve(view),
    setAside: () => {
      view = new MemoryView();
      return Promise.resolve();
    },
  };
}

class MemoryView implements HistoryView {
  #mark: ViewMark | undefined;
  readonly #lotHours = new Map<LotId, Map<number, LotHour>>();
  readonly #stays = new Map<BayId, Map<string, KeyedStay>>();
  readonly #bays = new Map<BayId, BayRow>();

  mark(): Promise<ViewMark | undefined> {
    return Promise.resolve(this.#mark);
  }

  bays(): Promise<readonly BayRow[]> {
    return Promise.resolve([...this.#bays.values()]);
  }

  write(group: ViewGroup): Promise<void> {
    this.#mark = group.mark ?? this.#mark;
    for (const hour of group.lotHours) this.#hoursOf(hour.lot).set(hour.hourAt, hour);
    for (const { bay, order } of group.retracted) this.#staysOf(bay).delete(orderKey(order));
    for (const keyed of group.stays) {
      this.#staysOf(keyed.stay.bay).set(orderKey(keyed.order), keyed);
    }
    for (const row of group.bays) this.#bays.set(row.bay, row);
    return Promise.resolve();
  }

  lotHours(lot: LotId, { from, to }: TimeWindow): Promise<readonly LotHour[]> {
    const hours = [...this.#hoursOf(lot).values()]
      .filter(({ hourAt }) => hourAt < to && hourAt + HOUR_MS > from)
      .filter(
        ({ observedBayMs, arrivals, departures }) => observedBayMs + arrivals + departures > 0,
      )
      .toSorted((a, b) => a.hourAt - b.hourAt);
    return Promise.resolve(hours);
  }

  async summedHours(lots: readonly LotId[], window: TimeWindow): Promise<readonly Hour[]> {
    const sums = new Map<number, HourSums>();
    for (const lot of new Set(lots)) {
      for (const hour of await this.lotHours(lot, window)) addSums(sumsIn(sums, hour.hourAt), hour);
    }
    return [...sums].toSorted(([a], [b]) => a - b).map(([hourAt, each]) => hourFrom(hourAt, each));
  }

  async dwell(
    lots: readonly LotId[],
    window: TimeWindow,
    shares: readonly number[],
  ): Promise<readonly LotDwell[]> {
    const begun = new Map<LotId, Stay[]>();
    for await (const stay of this.stays({ from: 0, to: Number.MAX_SAFE_INTEGER }, lots)) {
      const { lot, arrivedBefore } = stay;
      if (arrivedBefore < window.from || arrivedBefore >= window.to) continue;
      entryOf(begun, lot, () => new Array<Stay>()).push(stay);
    }
    return [...begun]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([lot, stays]) => ({ lot, ...dwellOf(stays, shares) }));
  }

  async *stays(window: TimeWindow, lots?: readonly LotId[], fromBay?: BayId): AsyncIterable<Stay> {
    // What is asked is answered as of now: a group written meanwhile is not half in it.
    const found = [...this.#stays.values()].flatMap((stays) => [...stays.values()]);
    for (const { open } of this.#bays.values()) if (open) found.push(open);
    const touching = found.filter(
      ({ stay }) =>
        touchesWindow(stay, window) &&
        (lots?.includes(stay.lot) ?? true) &&
        (fromBay === undefined || stay.bay >= fromBay),
    );
    yield* touching
      .toSorted(
        (a, b) =>
          (a.stay.bay < b.stay.bay ? -1 : Number(a.stay.bay > b.stay.bay)) ||
          a.stay.arrivedBefore - b.stay.arrivedBefore ||
          compareOrder(a.order, b.order),
      )
      .map(({ stay }) => stay);
  }

  staysOfBay(bay: BayId, since: Order): Promise<readonly KeyedStay[]> {
    const stays = [...this.#staysOf(bay).values()]
      .filter(({ order }) => compareOrder(order, since) >= 0)
      .toSorted((a, b) => compareOrder(a.order, b.order));
    return Promise.resolve(stays);
  }

  expire(departedBefore: number): Promise<void> {
    for (const stays of this.#stays.values()) {
      for (const [key, { stay }] of stays) {
        if ((stay.departedBefore ?? Infinity) < departedBefore) stays.delete(key);
      }
    }
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#mark = undefined;
    this.#lotHours.clear();
    this.#stays.clear();
    this.#bays.clear();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #hoursOf(lot: LotId): Map<number, LotHour> {
    return entryOf(this.#lotHours, lot, () => new Map<number, LotHour>());
  }

  #staysOf(bay: BayId): Map<string, KeyedStay> {
    return entryOf(this.#stays, bay, () => new Map<string, KeyedStay>());
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
