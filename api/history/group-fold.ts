import type { BayId } from '#contract/ids.ts';
import type { EventLogReader, LoggedRecord } from '../log/event-log.ts';
import type { BayBoard, FoldedBay, LotGroup } from './bay-board.ts';
import { bayRowFrom } from './bay-board.ts';
import type { FoldSink, Late } from './bay-fold.ts';
import { GroupStays } from './group-stays.ts';
import { hourOf } from './hour-sums.ts';
import type { HourSums } from './hour-sums.ts';
import { sumsIn } from './lot-sums.ts';
import { sealOf } from './seal.ts';
import type { LotSums } from './lot-sums.ts';
import { compareOrder } from './order.ts';
import type { Order } from './order.ts';
import type { ClosedStay } from './stay-machine.ts';
import { refoldLots } from './refold.ts';
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
  readonly #late = new Map<LotGroup, Map<BayId, LateBay>>();

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
    const { record } = logged;
    if (record.kind === 'lot' || record.kind === 'undated') return;
    if (record.kind === 'bay') {
      const bay = this.#board.of(record.bay);
      const change = bay?.places.changeOf(logged);
      if (!bay || !change) return;
      this.#note(bay, bay.fold.change(change, this.#sinkOf(bay)));
      return;
    }
    for (const id of record.bays) {
      const bay = this.#board.of(id);
      // An interval is one record even where only some of its bays are this gateway's.
      for (const span of bay?.places.spansOf(logged) ?? []) {
        if (bay) this.#note(bay, bay.fold.observe(span, this.#sinkOf(bay)));
      }
    }
  }

  /** Refolds what came late, and gives the rows; the board stands at `position` then. */
  async finish(view: HistoryView, position: number): Promise<ViewGroup> {
    for (const [group, late] of this.#late) {
      const parts = { log: this.#log, view, stays: this.#stays, sums: this.#sums };
      await refoldLots(parts, group, late, position);
      for (const bay of group.bays) this.#sinkOf(bay);
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
      sink = sealOf(this.#log).over(new BaySink(bay, this.#sums, this.#stays));
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
    const group = this.#board.groupOf(bay);
    const ofGroup = this.#late.get(group) ?? new Map<BayId, LateBay>();
    this.#late.set(group, ofGroup);
    const before = ofGroup.get(bay.bay);
    const order = late.order ?? before?.order;
    ofGroup.set(bay.bay, {
      from: Math.min(late.from, before?.from ?? late.from),
      order: order && before?.order && compareOrder(before.order, order) < 0 ? before.order : order,
    });
  }
}

/** What one bay's fold says, as the group keeps it. */
class BaySink implements FoldSink {
  readonly #bay: FoldedBay;
  readonly #sums: LotSums;
  readonly #stays: GroupStays;

  constructor(bay: FoldedBay, sums: LotSums, stays: GroupStays) {
    this.#bay = bay;
    this.#sums = sums;
    this.#stays = stays;
  }

  sumsAt(at: number): HourSums {
    return sumsIn(this.#sums.addTo(this.#bay.places.hoursKeyAt(at)), hourOf(at));
  }
  endOf(at: number): number {
    return this.#bay.places.cellEnd(at);
  }
  closed(stay: ClosedStay): void {
    const { bay, places } = this.#bay;
    this.#stays.closed(bay, places.lotAt(stay.arrivedBefore), stay);
  }
  retracted(order: Order): void {
    this.#stays.retracted(this.#bay.bay, order);
  }
}
