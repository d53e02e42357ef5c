import type { BayId, LotId } from '#contract/ids.ts';
import type { ObservedSpan, Stay } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { KnownSpan } from './answers/known-time.ts';

/** One hour of some bays, in bay-milliseconds: occupied + vacant = observed. */
export interface Hour {
  /** Epoch milliseconds, a whole hour. */
  readonly hourAt: number;
  readonly occupiedBayMs: number;
  readonly vacantBayMs: number;
  readonly observedBayMs: number;
  readonly arrivals: number;
  readonly departures: number;
}

/** Private bays (contract/bay-class.ts) are not in a lot's hour: they are summed apart. */
export interface LotHour extends Hour {
  readonly lot: LotId;
}

/** How long vehicles stayed that arrived within some time. */
export interface Dwell {
  /** Stays with both ends known. */
  readonly count: number;
  readonly sumMs: number;
  /**
   * For each share that was asked for, by nearest rank, so that each is a stay that happened;
   * undefined where there is none.
   */
  readonly percentilesMs: readonly (number | undefined)[];
  /** Stays left out, by what is not known of them: guessed ends would shift the rest. */
  readonly censored: {
    /** The car stands still. */
    readonly open: number;
    /** The car stood already when observation began. */
    readonly openLeft: number;
    /** An end fell into a gap, or its departure was missed. */
    readonly uncertain: number;
  };
}

export interface LotDwell extends Dwell {
  readonly lot: LotId;
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
  /** The hours of these lots together, likewise. */
  summedHours(lots: readonly LotId[], window: TimeWindow): Promise<readonly Hour[]>;
  /** Of each of these lots in which any stay began within the window; `shares`: 0 to 1. */
  dwell(
    lots: readonly LotId[],
    window: TimeWindow,
    shares: readonly number[],
  ): Promise<readonly LotDwell[]>;
  /** Every stay (of these lots) that touches the window, by bay (from this on) and time; open ones too. */
  stays(window: TimeWindow, lots?: readonly LotId[], fromBay?: BayId): AsyncIterable<Stay>;
  /** From the log: in which state each bay was known to be when, within the window; bay by bay. */
  knownTime(
    bays: readonly BayId[],
    window: TimeWindow,
  ): AsyncIterable<{ readonly bay: BayId; readonly known: readonly KnownSpan[] }>;
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
