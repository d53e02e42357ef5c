import type { BayId, GatewayId, JournalId, LogId, LotId } from '#contract/ids.ts';
import type { JournalRecord } from '#contract/event.ts';

/** A record of the event log with where it stands and where it came from. */
export interface LoggedRecord {
  /** Rises with every commit. An observed interval that was extended moves to a new position. */
  readonly position: number;
  readonly gateway: GatewayId;
  readonly journal: JournalId;
  /** The gateway's journals in the order in which the api learned of them. */
  readonly journalOrder: number;
  readonly receivedAt: number;
  /** False: when it came, the bay was not this gateway's by the site; kept and alarmed. */
  readonly assigned: boolean;
  readonly record: JournalRecord;
}

/** A lot's hour whose single changes expire; in bay-milliseconds. `lot`: what hours are summed under. */
export interface SealedHour {
  readonly lot: LotId;
  /** Epoch milliseconds, a whole hour. */
  readonly hourAt: number;
  readonly occupiedBayMs: number;
  readonly vacantBayMs: number;
  readonly arrivals: number;
  readonly departures: number;
}

/** The one who may take from the log. */
export interface ExpiringLog {
  /** The hours from `sealedUntil` up to `until`, a whole hour: from now on they are these. */
  seal(until: number, hours: readonly SealedHour[]): void;
  /**
   * Removes every bay event that was sensed before what is kept of its bay, and dead letters from
   * before the seal, until `isStopped`. Resolves with the number of events.
   */
  expire(keptFrom: (bay: BayId) => number, isStopped: () => boolean): Promise<number>;
}

/** What the log's readers see: the views, the export, the checker. */
export interface EventLogReader {
  readonly logId: LogId;
  /** 0 while the log is empty. */
  readonly lastPosition: number;
  /**
   * Hours before it are told by `sealedHours` for good, and the changes that they were summed from
   * are gone or going; 0: none are.
   */
  readonly sealedUntil: number;
  sealedHours(): readonly SealedHour[];
  /** Records with a greater position, in its order. */
  recordsAfter(position: number, limit: number): readonly LoggedRecord[];
  /**
   * One bay's events and intervals up to and including `upToPosition` that touch [from, ∞), with
   * the bay's last event before `from`, in the order (journalOrder, seq). An interval that was
   * there at `upToPosition` and was extended since comes once, with its present `until`. `before`:
   * nothing that began at this instant or later.
   */
  recordsOfBay(
    bay: BayId,
    from: number,
    upToPosition: number,
    before?: number,
  ): readonly LoggedRecord[];
  /** Called after each commit; returns the way to stop. */
  onCommitted(listener: () => void): () => void;
}
