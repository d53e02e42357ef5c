import type { BayId, LotId } from '#contract/ids.ts';
import type { EventLogReader, LoggedRecord } from '../log/event-log.ts';
import type { BayBoard, FoldedBay } from './bay-board.ts';
import { bayRowFrom } from './bay-board.ts';
import type { FoldSink, Late } from './bay-fold.ts';
import { changeOf } from './bay-records.ts';
import { GroupStays } from './group-stays.ts';
import type { HourSums } from './hour-sums.ts';
import { sumsIn } from './lot-sums.ts';
import type { Hours, LotSums } from './lot-sums.ts';
import { compareOrder } from './order.ts';
import type { Order } from './order.ts';
import type { ClosedStay } from './stay-machine.ts';
import { refoldLot } from './refold.ts';
import { yieldToOthers } from './turns.ts';
import type { LateBay } from './refold.ts';
import type { BayRow, HistoryView, ViewGroup } from './view.ts';

/** Rows made before others get their turn of the event loop. */
const ROWS_A_TURN = 500;

/** Folds a group of the log's records into the rows that the view must change. */
export class GroupFold {
  readonly #log: EventLogReader;
  readonly #board: BayBoard;
  readonly #sums: LotSums;
  readonly #stays = new GroupStays();
  readonly #changed = new Map<FoldedBay, FoldSink>();
  readonly #late = new Map<LotId, Map<BayId, LateBay>>();

  constructor(log: EventLogReader, board: BayBoard, sums: LotSums) {
    this.#log = log;
    this.#board = board;
    this.#sums = sums;
  }

  /** Bays that must be folded again from the log. */
  get lateCount(): number {
    let count = 0;
    for (const bays of this.#late.values()) count += bays.size;
    return count;
  }

  take(logged: LoggedRecord): void {
    const { record, assigned, gateway } = logged;
    if (!assigned || record.kind === 'lot') return;
    if (record.kind === 'bay') {
      const bay = this.#board.of(record.bay);
      const change = changeOf(logged);
      if (!bay || !change) return;
      this.#note(bay, bay.fold.change(change, this.#sinkOf(bay)));
      return;
    }
    const span = { from: record.from, until: record.until };
    for (const id of record.bays) {
      const bay = this.#board.of(id);
      // An interval is one record even where only some of its bays are this gateway's.
      const isOwn = bay && (bay.gateway ?? gateway) === gateway;
      if (isOwn) this.#note(bay, bay.fold.observe(span, this.#sinkOf(bay)));
    }
  }

  /** Refolds what came late, and gives the rows; the board stands at `position` then. */
  async finish(view: HistoryView, position: number): Promise<ViewGroup> {
    for (const [lot, late] of this.#late) {
      const parts = { log: this.#log, view, stays: this.#stays, sums: this.#sums };
      const bays = this.#board.ofLot(lot);
      await refoldLot(parts, lot, bays, late, position);
      for (const bay of bays) this.#sinkOf(bay);
    }
    return {
      mark: { logId: this.#log.logId, position },
      lotHours: await this.#sums.rows(view),
      ...this.#stays.rows(),
      bays: await this.#bayRows(),
    };
  }

  /** Asking for it marks the bay as changed. */
  #sinkOf(bay: FoldedBay): FoldSink {
    let sink = this.#changed.get(bay);
    if (sink === undefined) {
      sink = new BaySink(bay, this.#sums.addTo(bay.lot), this.#stays);
      this.#changed.set(bay, sink);
    }
    return sink;
  }

  async #bayRows(): Promise<BayRow[]> {
    const rows: BayRow[] = [];
    for (const bay of this.#changed.keys()) {
      rows.push(bayRowFrom(bay));
      if (rows.length % ROWS_A_TURN === 0) await yieldToOthers();
    }
    return rows;
  }

  #note(bay: FoldedBay, late: Late | undefined): void {
    if (!late) return;
    const ofLot = this.#late.get(bay.lot) ?? new Map<BayId, LateBay>();
    this.#late.set(bay.lot, ofLot);
    const before = ofLot.get(bay.bay);
    const order = late.order ?? before?.order;
    ofLot.set(bay.bay, {
      from: Math.min(late.from, before?.from ?? late.from),
      order: order && before?.order && compareOrder(before.order, order) < 0 ? before.order : order,
    });
  }
}

/** What one bay's fold says, as the group keeps it. */
class BaySink implements FoldSink {
  readonly #bay: FoldedBay;
  readonly #hours: Hours;
  readonly #stays: GroupStays;

  constructor(bay: FoldedBay, hours: Hours, stays: GroupStays) {
    this.#bay = bay;
    this.#hours = hours;
    this.#stays = stays;
  }

  sumsAt(hourAt: number): HourSums {
    return sumsIn(this.#hours, hourAt);
  }
  closed(stay: ClosedStay): void {
    this.#stays.closed(this.#bay.bay, this.#bay.lot, stay);
  }
  retracted(order: Order): void {
    this.#stays.retracted(this.#bay.bay, order);
  }
}
