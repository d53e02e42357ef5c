import * as z from 'zod';
import { ToldAlarm, TOLD_ALARMS_MOST } from './alarms.ts';
import { BayState, ClassCount } from './bay.ts';
import { GatewaySiteStatus } from './gateway-site.ts';
import { BayId, GatewayId, JournalId, LineId, LogId, LotId } from './ids.ts';
import { Instant } from './time.ts';

const version = z.literal(1);

/** The journals still on the gateway's disk, oldest first, the running one last. */
const HeldJournals = z.array(JournalId).min(1).max(64);

/**
 * Gateway → api: journal records in seq order. Each record is parsed alone (`JournalRecord`), so
 * that a bad one costs one; a record whose `seq` cannot be read stands at its neighbour's plus 1.
 */
export const EventsMessage = z.strictObject({
  v: version,
  journal: JournalId,
  held: HeldJournals,
  /** The oldest seq of this journal still on disk; what is older and unsettled is lost. */
  firstHeld: z.int().min(1),
  publishedAt: Instant,
  records: z.array(z.unknown()).min(1).max(1_000),
});
export type EventsMessage = z.infer<typeof EventsMessage>;

/** Gateway → api: what the gateway believes of one line's bays, as of its journal's `seq`. */
export const SnapshotMessage = z.strictObject({
  v: version,
  journal: JournalId,
  held: HeldJournals,
  /** The last seq that this snapshot includes; 0 when the journal is still empty. */
  seq: z.int().nonnegative(),
  line: LineId,
  publishedAt: Instant,
  simulated: z.boolean(),
  bays: z
    .array(
      z.strictObject({
        bay: BayId,
        state: BayState,
        sensedAt: Instant,
        /** Since the bay was last observed, by the gateway's monotonic clock; null: not yet. */
        ageMs: z.int().nonnegative().nullable(),
        confidence: z.number().min(0).max(1),
      }),
    )
    .max(256),
});
export type SnapshotMessage = z.infer<typeof SnapshotMessage>;

/** Gateway → api, every 5 s: how long ago each watched bay was last observed. Never retained. */
export const ObservedMessage = z.strictObject({
  v: version,
  journal: JournalId,
  /** The journal's last bay event: a reader that has not heard it yet must not call its bays live. */
  seq: z.int().nonnegative(),
  publishedAt: Instant,
  /** Milliseconds since the last observation, by the gateway's monotonic clock. */
  ages: z.record(BayId, z.int().nonnegative()),
});
export type ObservedMessage = z.infer<typeof ObservedMessage>;

/** A line's counters and state as its gateway sees them. */
export const LineStatus = z.strictObject({
  line: LineId,
  /** `absent`: the port cannot be opened or has vanished; `silent`: open, and nobody answers. */
  state: z.enum(['open', 'absent', 'silent']),
  since: Instant,
  sensors: z.int().nonnegative(),
  answering: z.int().nonnegative(),
  framesHeard: z.int().nonnegative(),
  framesBad: z.int().nonnegative(),
  bytesDiscarded: z.int().nonnegative(),
  timeouts: z.int().nonnegative(),
  /** Answers that came after their time, and requests that were said again. */
  lateAnswers: z.int().nonnegative(),
  retries: z.int().nonnegative(),
  reopened: z.int().nonnegative(),
});
export type LineStatus = z.infer<typeof LineStatus>;

/** Gateway → api, retained; the broker publishes the `offline` one as last will. */
export const StatusMessage = z.discriminatedUnion('state', [
  z.strictObject({
    v: version,
    state: z.literal('online'),
    gateway: GatewayId,
    journal: JournalId,
    held: HeldJournals,
    software: z.string().max(40),
    simulated: z.boolean(),
    startedAt: Instant,
    publishedAt: Instant,
    unsettled: z.int().nonnegative(),
    /** Since its start: events that it had no room for, and those that never got a time. */
    lost: z.int().nonnegative().optional(),
    undated: z.int().nonnegative().optional(),
    lines: z.array(LineStatus).max(64),
    /** What is wrong with the gateway itself now; its sensors tell of themselves elsewhere. */
    alarms: z.array(ToldAlarm).max(TOLD_ALARMS_MOST).optional(),
    site: GatewaySiteStatus.optional().describe('since an api told it of a version of the site'),
  }),
  z.strictObject({ v: version, state: z.literal('offline'), gateway: GatewayId }),
]);
export type StatusMessage = z.infer<typeof StatusMessage>;

/**
 * Api → gateway: what is settled. Sent when a gateway connects, when the api starts (a new `api`),
 * and whenever a mark changes or a duplicate was heard. A gateway answers a new `api` with its
 * snapshots, and sends again from a lower mark or for a new `logId`.
 */
export const AckMessage = z.strictObject({
  v: version,
  logId: LogId,
  /** One run of the api: random, made at its start. */
  api: z.string().max(40),
  apiAt: Instant,
  settled: z.record(
    JournalId,
    z.strictObject({
      /** Every seq up to this one is committed, dead-lettered or declared lost. */
      seq: z.int().nonnegative(),
      /** By the seq of an observed event: the `until` that is committed. */
      observed: z.record(z.string().regex(/^\d+$/), Instant),
    }),
  ),
});
export type AckMessage = z.infer<typeof AckMessage>;

/**
 * Api → gateway: tell me what is true now. Asked by an api that does not take this gateway's records
 * in, and so has none to acknowledge: it lives on snapshots, events and reports alone.
 */
export const CommandMessage = z.strictObject({
  v: version,
  command: z.literal('snapshots'),
  /** One run of the api that asks. */
  api: z.string().max(40),
});
export type CommandMessage = z.infer<typeof CommandMessage>;

/** Api → anybody allowed, retained: a lot's present counts. Obey `validForMs` from receipt. */
export const LotMessage = z.strictObject({
  v: version,
  lot: LotId,
  /** Rises with every message; ignore a lower one. */
  serial: z.int().nonnegative(),
  publishedAt: Instant,
  validForMs: z.int().positive(),
  simulated: z.boolean(),
  /** Vacant bays open to any car; null: not known. */
  vacant: z.int().nonnegative().nullable(),
  counts: z.array(ClassCount),
  observedAt: Instant.nullable(),
});
export type LotMessage = z.infer<typeof LotMessage>;
