import * as z from 'zod';
import { BayState, Band } from './bay.ts';
import { BayId, LineId, LotId } from './ids.ts';
import { Instant } from './time.ts';

/** Position in a journal, from 1; `(journal, seq)` is an event's identity for ever. */
export const Seq = z.int().min(1);

/**
 * Why a bay event was made: `sensor` a confirmed change, `silence` the sensor's deadline passed,
 * `restart` the gateway started again and had not watched meanwhile, or had no room for what it saw,
 * `health` the sensor lies.
 */
export const BayEventCause = z.enum(['sensor', 'silence', 'restart', 'health']);
export type BayEventCause = z.infer<typeof BayEventCause>;

/** The gateway's decision that a bay's state changed. `sensedAt`: first evidence, not confirmation. */
export const BayEvent = z.strictObject({
  kind: z.literal('bay'),
  seq: Seq,
  bay: BayId,
  state: BayState,
  sensedAt: Instant,
  cause: BayEventCause,
  /** Probability that the state is right, 0 to 1. */
  confidence: z.number().min(0).max(1),
});
export type BayEvent = z.infer<typeof BayEvent>;

/**
 * The gateway watched these bays during [from, until). The one event whose key may carry more
 * later, never less: the greater `until` wins.
 */
export const ObservedEvent = z
  .strictObject({
    kind: z.literal('observed'),
    seq: Seq,
    line: LineId,
    bays: z.array(BayId).min(1).max(256),
    from: Instant,
    until: Instant,
  })
  .refine((event) => event.until >= event.from, 'until: expected no earlier than from');
export type ObservedEvent = z.infer<typeof ObservedEvent>;

/** What a gate counter, an attendant or another system's feed says of a whole lot. */
export const LotFact = z
  .strictObject({
    kind: z.literal('lot'),
    seq: Seq,
    lot: LotId,
    vacant: z.int().nonnegative().optional(),
    band: Band.optional(),
    sensedAt: Instant,
    source: z.enum(['counter', 'attendant', 'feed']),
    validUntil: Instant,
  })
  .refine(
    (fact) => (fact.vacant === undefined) !== (fact.band === undefined),
    'expected exactly one of vacant and band',
  );
export type LotFact = z.infer<typeof LotFact>;

/**
 * So many events of an earlier run have no time and never will: its clock was not trusted before
 * the power went. They lie in time that nobody vouches for, and are in no stay.
 */
export const UndatedEvent = z.strictObject({
  kind: z.literal('undated'),
  seq: Seq,
  count: z.int().min(1),
  /** When the gateway started again and found them. */
  sensedAt: Instant,
});
export type UndatedEvent = z.infer<typeof UndatedEvent>;

/** Everything that a journal holds and the event log keeps. */
export const JournalRecord = z.discriminatedUnion('kind', [
  BayEvent,
  ObservedEvent,
  LotFact,
  UndatedEvent,
]);
export type JournalRecord = z.infer<typeof JournalRecord>;
