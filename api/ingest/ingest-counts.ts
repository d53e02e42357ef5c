import type { DeadLetterReason } from '../log/log-entry.ts';

/** What ingest has done since its start, for the metrics. */
export interface IngestCounts {
  readonly accepted: number;
  readonly extended: number;
  readonly duplicates: number;
  readonly ahead: number;
  /** Records that never came and never will. */
  readonly lost: number;
  readonly unassigned: number;
  readonly deadLetters: Readonly<Record<DeadLetterReason, number>>;
  /** Records heard while the log could not be written: live took them, the gateway sends again. */
  readonly heldBack: number;
  /** Batches under a journal that is another gateway's. */
  readonly foreignJournals: number;
  /** Messages that a full queue refused; the gateway sends batches again. */
  readonly queueDropped: number;
  readonly queueLength: number;
  /** Messages that left the queue. */
  readonly queueTaken: number;
  readonly acksSent: number;
  readonly acksUnsent: number;
  readonly commitGroups: number;
  readonly commitFailures: number;
  /** Batches left alone because the log could not be read. */
  readonly readFailures: number;
}

/** The counters that the intake of batches moves itself. */
export interface IntakeCounts {
  accepted: number;
  extended: number;
  duplicates: number;
  ahead: number;
  lost: number;
  unassigned: number;
  readonly deadLetters: Record<DeadLetterReason, number>;
  heldBack: number;
  foreignJournals: number;
  readFailures: number;
}

export function newIntakeCounts(): IntakeCounts {
  return {
    accepted: 0,
    extended: 0,
    duplicates: 0,
    ahead: 0,
    lost: 0,
    unassigned: 0,
    deadLetters: { invalid: 0, conflict: 0, unplaced: 0, sealed: 0 },
    heldBack: 0,
    foreignJournals: 0,
    readFailures: 0,
  };
}
