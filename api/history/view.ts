import type { BayId, LogId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { Hour, LotDwell, LotHour } from './history.ts';
import type { Order } from './order.ts';

/** A stay under its key for ever: its bay and the place of the event that began it. */
export interface KeyedStay {
  readonly order: Order;
  readonly stay: Stay;
}

export interface StayKey {
  readonly bay: BayId;
  readonly order: Order;
}

/** What the projector needs to go on with a bay, and the stay that is open there. */
export interface BayRow {
  readonly bay: BayId;
  /** Under which its hours are summed: its lot, or apart from it. */
  readonly lot: LotId;
  /** The fold's memory as text; the view does not look into it. */
  readonly fold: string;
  readonly open: KeyedStay | undefined;
}

/** Which log the view is of, and how far. */
export interface ViewMark {
  readonly logId: LogId;
  readonly position: number;
}

/**
 * What one write changes. All rows are absolute, so that writing a group twice is writing it once:
 * an engine without transactions keeps the group in a file until it is written.
 */
export interface ViewGroup {
  /** undefined: a build that goes on; what is written so far counts for nothing without a mark. */
  readonly mark: ViewMark | undefined;
  /** The whole row of each hour, in place of the one before; zeros where nothing is left. */
  readonly lotHours: readonly LotHour[];
  /** What these keys stood for holds no more; applied before `stays`. */
  readonly retracted: readonly StayKey[];
  /** Stays that ended; their keys are new, or retracted in this group. */
  readonly stays: readonly KeyedStay[];
  /** The whole row of each bay, in place of the one before. */
  readonly bays: readonly BayRow[];
}

/** Where stays and lot-by-hour sums are kept to be asked. Answers never show half a group. */
export interface HistoryView {
  /** undefined: nothing was ever finished here. */
  mark(): Promise<ViewMark | undefined>;
  bays(): Promise<readonly BayRow[]>;
  /** All of it or nothing; on the disk when it resolves. */
  write(group: ViewGroup): Promise<void>;
  /** Hours that touch the window and hold anything, in time's order. */
  lotHours(lot: LotId, window: TimeWindow): Promise<readonly LotHour[]>;
  /** The hours of these lots together, likewise. */
  summedHours(lots: readonly LotId[], window: TimeWindow): Promise<readonly Hour[]>;
  /** Of each of these lots in which any stay began within the window, by lot; `shares`: 0 to 1. */
  dwell(
    lots: readonly LotId[],
    window: TimeWindow,
    shares: readonly number[],
  ): Promise<readonly LotDwell[]>;
  /** Stays (of these lots) that touch the window, the open ones too, by bay (from this on) and time. */
  stays(window: TimeWindow, lots?: readonly LotId[], fromBay?: BayId): AsyncIterable<Stay>;
  /** Stays of a bay that ended and that began at this place or later, in order. */
  staysOfBay(bay: BayId, since: Order): Promise<readonly KeyedStay[]>;
  /** Lets go of stays that ended before; hours stay. */
  expire(departedBefore: number): Promise<void>;
  /** Readers over every log of the site, where apis beside each other share one server. */
  ofAllLogs?(): OverallView;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** What people ask of history, whichever api took it in. */
export type OverallView = Pick<HistoryView, 'lotHours' | 'summedHours' | 'dwell' | 'stays'>;

/** How a view is opened. Errors: UnavailableError (try again), ViewDamagedError (set aside). */
export interface ViewEngine {
  open(): Promise<HistoryView>;
  /** Moves what cannot be read out of the way and keeps it, but only the newest. */
  setAside(): Promise<void>;
}

/** The view's file cannot be read or written any more; the log can make it again. */
export class ViewDamagedError extends Error {
  override readonly name = 'ViewDamagedError';
}

/** Zero-length stays belong to the window that holds their instant. */
export function touchesWindow(
  { arrivedAfter, departedBefore }: Pick<Stay, 'arrivedAfter' | 'departedBefore'>,
  { from, to }: TimeWindow,
): boolean {
  if (arrivedAfter >= to) return false;
  return arrivedAfter >= from || departedBefore === null || departedBefore > from;
}
