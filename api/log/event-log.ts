import type { BayId, GatewayId, JournalId, LogId } from '#contract/ids.ts';
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

/** What the log's readers see: the views, the export, the checker. */
export interface EventLogReader {
  readonly logId: LogId;
  /** 0 while the log is empty. */
  readonly lastPosition: number;
  /** Records with a greater position, in its order. */
  recordsAfter(position: number, limit: number): readonly LoggedRecord[];
  /**
   * One bay's events and intervals up to and including `upToPosition` that touch [from, ∞), with
   * the bay's last event before `from`, in the order (journalOrder, seq). An interval that was
   * there at `upToPosition` and was extended since comes once, with its present `until`.
   */
  recordsOfBay(bay: BayId, from: number, upToPosition: number): readonly LoggedRecord[];
  /** Called after each commit; returns the way to stop. */
  onCommitted(listener: () => void): () => void;
}
