import * as z from 'zod';
import { Band, BayState, ClassCount } from './bay.ts';
import { BayId, LotId } from './ids.ts';
import { Instant } from './time.ts';

/**
 * The live protocol over WebSocket (`/api/v1/live`), JSON text frames. A *stream* is one run of an
 * api; in it each *channel* numbers its frames from 1 without gaps. Channel `lots` carries every
 * lot's counts; channel `lot:<id>` the states of one lot's bays. A client that knows (stream, seq)
 * of a channel resumes with the deltas after it, else gets a snapshot.
 */
export const Channel = z
  .string()
  .regex(/^(lots|lot:[a-z0-9-]{1,40})$/, 'channel: expected "lots" or "lot:<lot id>"');
export type Channel = 'lots' | `lot:${LotId}`;

/** A lot now. `observedAt`: when the oldest counted bay was last observed; null: none is known. */
export const LotLive = z.strictObject({
  lot: LotId,
  counts: z.array(ClassCount),
  observedAt: Instant.nullable(),
  /** The newest lot fact that is still valid, where a counter, an attendant or a feed gave one. */
  fact: z
    .strictObject({
      vacant: z.int().nonnegative().optional(),
      band: Band.optional(),
      source: z.enum(['counter', 'attendant', 'feed']),
      sensedAt: Instant,
      validUntil: Instant,
    })
    .nullable(),
});
export type LotLive = z.infer<typeof LotLive>;

/** A bay now; `since`: when its state was first sensed, or until when it was last known. */
export const BayLive = z.strictObject({
  bay: BayId,
  state: BayState,
  since: Instant,
  closed: z
    .literal(true)
    .optional()
    .describe('out of service: its state is unknown, and it is in no count'),
  corrected: z
    .literal(true)
    .optional()
    .describe('an operator saw it, for a while; not its sensor’s word'),
});
export type BayLive = z.infer<typeof BayLive>;

const head = {
  stream: z.string().max(40),
  channel: Channel,
  seq: z.int().nonnegative(),
  at: Instant,
};

export const LiveSnapshot = z.strictObject({
  type: z.literal('snapshot'),
  ...head,
  simulated: z.boolean(),
  lots: z.array(LotLive).optional(),
  bays: z.array(BayLive).optional(),
});
export type LiveSnapshot = z.infer<typeof LiveSnapshot>;

/** Only what changed since `seq − 1`; each entry replaces the former whole. */
export const LiveDelta = z.strictObject({
  type: z.literal('delta'),
  ...head,
  lots: z.array(LotLive).optional(),
  bays: z.array(BayLive).optional(),
});
export type LiveDelta = z.infer<typeof LiveDelta>;

/** Sent even when nothing changes: the server's clock, and how old each lot's count is. */
export const LiveBeat = z.strictObject({
  type: z.literal('beat'),
  stream: z.string().max(40),
  at: Instant,
  /** The revision of the site that the server runs: a page that holds another loads anew. */
  site: z.string(),
  observedAt: z.record(LotId, Instant.nullable()),
});
export type LiveBeat = z.infer<typeof LiveBeat>;

export const LiveMessage = z.discriminatedUnion('type', [LiveSnapshot, LiveDelta, LiveBeat]);
export type LiveMessage = z.infer<typeof LiveMessage>;

/** Client → server, at most 5 a second and 4 KiB: the whole set of channels it wants from now on. */
export const WatchMessage = z.strictObject({
  type: z.literal('watch'),
  stream: z.string().max(40).optional(),
  channels: z
    .array(z.strictObject({ channel: Channel, seq: z.int().nonnegative().optional() }))
    .max(40),
});
export type WatchMessage = z.infer<typeof WatchMessage>;
