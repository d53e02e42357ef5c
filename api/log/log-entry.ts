import type {
  BayEvent,
  JournalRecord,
  LotFact,
  ObservedEvent,
  UndatedEvent,
} from '#contract/event.ts';
import type { BayId, JournalId, LineId, LotId } from '#contract/ids.ts';
import type { Journal } from './journals.ts';

/** Why a record is kept beside the log and not in it. */
export const DEAD_LETTER_REASONS = ['invalid', 'conflict', 'unplaced', 'sealed'] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** One thing that a commit writes. `receivedAt`: epoch milliseconds by the api's clock. */
export type LogEntry = { readonly journal: Journal; readonly receivedAt: number } & (
  | {
      readonly kind: 'event';
      readonly record: BayEvent | LotFact | UndatedEvent;
      /** False: the bay or lot is not this gateway's by the site file. */
      readonly assigned: boolean;
    }
  | {
      /** A new interval, or a later `until` of one that the log has. */
      readonly kind: 'observed';
      readonly record: ObservedEvent;
      /** Those of the interval's bays that are this gateway's; none: it is unassigned. */
      readonly ownBays: readonly BayId[];
    }
  | {
      readonly kind: 'deadLetter';
      /** null: its place in the journal cannot be told. */
      readonly seq: number | null;
      readonly reason: DeadLetterReason;
      readonly detail: string;
      /** JSON text as received, cut to `DEAD_LETTER_CHARS`. */
      readonly content: string;
    }
  | { readonly kind: 'loss'; readonly fromSeq: number; readonly toSeq: number }
);

/** Longest kept text of a dead letter; a valid record is far shorter. */
export const DEAD_LETTER_CHARS = 8_192;

/** What the log has under a key. */
export type Stored =
  | { readonly kind: 'record'; readonly record: JournalRecord }
  | { readonly kind: 'deadLetter'; readonly content: string };

/** A record that could not be logged, as kept. */
export interface DeadLetter {
  /** The month of its file and its number there, e.g. `2026-11.17`. */
  readonly id: string;
  readonly journal: JournalId;
  readonly seq: number | null;
  readonly receivedAt: number;
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly content: string;
}

/** A gap in a journal that nothing can fill: [fromSeq, toSeq). */
export interface Loss {
  readonly journal: JournalId;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly foundAt: number;
}

/** The last logged state of a bay, for live state after a restart. */
export interface LastBayState {
  readonly bay: BayId;
  readonly journalOrder: number;
  readonly seq: number;
  readonly state: BayEvent['state'];
  readonly sensedAt: number;
}

/** The last logged fact of a lot. */
export interface LastLotFact {
  readonly lot: LotId;
  readonly journalOrder: number;
  readonly fact: LotFact;
}

/** The newest interval of a line in one journal. */
export interface OpenInterval {
  readonly line: LineId;
  readonly seq: number;
  readonly until: number;
}
