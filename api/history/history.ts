import type { LotId } from '#contract/ids.ts';
import type { ObservedSpan, Stay } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';

/**
 * One lot's hour, in bay-milliseconds: occupied + vacant = observed. Private bays (contract/bay-class.ts)
 * are not in it: they are summed apart.
 */
export interface LotHour {
  readonly lot: LotId;
  /** Epoch milliseconds, a whole hour. */
  readonly hourAt: number;
  readonly occupiedBayMs: number;
  readonly vacantBayMs: number;
  readonly observedBayMs: number;
  readonly arrivals: number;
  readonly departures: number;
}

export interface HistoryStatus {
  /**
   * Everything of the log up to this position is in the view. While it is rebuilt, the bays' share
   * that is done: progress, nothing to rely on.
   */
  readonly position: number;
  /** The log's last position. */
  readonly target: number;
  readonly rebuilding: boolean;
  readonly failed: string | undefined;
}

/** How a view compares with the log, by whole hour. */
export interface Verification {
  /** Of the log, at which both were compared. */
  readonly position: number;
  /** Hours compared, and stays that arrived in them. */
  readonly hours: number;
  readonly stays: number;
  readonly differingCount: number;
  /** The first of them: `stays` that arrived in the hour, or the lots' `sums`. */
  readonly differing: readonly {
    readonly hourAt: number;
    readonly what: string;
    readonly log: string;
    readonly view: string;
  }[];
}

/** Answers from the view; every method throws UnavailableError('view_not_ready') while rebuilding. */
export interface HistoryReader {
  /** Hours that touch the window and in which anything was observed or happened, in time's order. */
  lotHours(lot: LotId, window: TimeWindow): Promise<readonly LotHour[]>;
  /** Every stay that touches the window, by bay and time; open stays included. */
  stays(window: TimeWindow): AsyncIterable<Stay>;
  /** From the log: when each bay was observed, clipped to the window, neighbours merged. */
  observedSpans(window: TimeWindow): AsyncIterable<ObservedSpan>;
  status(): HistoryStatus;
  /** Makes the view again from the log; resolves when it has caught up. */
  rebuild(): Promise<void>;
  /** Holds the view against the log, while it stands still; hours of the last one or two are left out. */
  verify(): Promise<Verification>;
  /** Resolves when the view has everything that the log holds now. */
  caughtUp(): Promise<void>;
}
