import * as z from 'zod';
import { HealthReason } from './health.ts';
import { BayId, GatewayId, LineId, LotId } from './ids.ts';
import { LocalText } from './site.ts';
import { IsoInstant } from './time.ts';
import { UNKNOWN_CAUSES } from './unknown-cause.ts';

const count = z.int().nonnegative();

/** A lot as its operators see it now: every sensed bay, private ones too, none of them singly. */
export const LotNow = z.object({
  lot: LotId,
  name: LocalText,
  capacity: count.describe('marked bays as published'),
  sensedBays: count,
  closedBays: count.describe('sensed bays out of service: in none of the three counts'),
  outOfService: z.boolean(),
  vacant: count,
  occupied: count,
  unknown: count,
  /** Occupied ÷ known bays, 0 to 1; null: none is known. Of a counted lot, by its count. */
  pressure: z.number().min(0).max(1).nullable(),
  fullSince: IsoInstant.nullable().describe(
    'since when the last vacant bay is gone; null: not full',
  ),
  observedAt: IsoInstant.nullable().describe('when the oldest counted bay was observed'),
});
export type LotNow = z.infer<typeof LotNow>;

/** Bays that are unknown for one and the same reason. */
export const UnknownBays = z.object({
  lot: LotId,
  cause: z.enum(UNKNOWN_CAUSES),
  gateway: GatewayId.nullable(),
  line: LineId.nullable(),
  reason: HealthReason.nullable().describe('with the cause `sensor`'),
  bays: z.array(BayId).min(1),
  since: IsoInstant.nullable().describe('of the first of them; null: not known'),
});
export type UnknownBays = z.infer<typeof UnknownBays>;

/** For operators: how the site stands, in one answer that a page may ask for every two seconds. */
export const NowAnswer = z.object({
  simulated: z.boolean(),
  at: IsoInstant,
  /** The lots under most pressure first; those of which nothing is known last. */
  lots: z.array(LotNow),
  /** The most bays first. */
  unknown: z.array(UnknownBays),
  alarms: z.object({ critical: count, warning: count, unacknowledged: count }),
});
export type NowAnswer = z.infer<typeof NowAnswer>;

/** For operators: how full each lot was, hour by hour, of the bays that history sums. */
export const CurvesAnswer = z.object({
  simulated: z.boolean(),
  at: IsoInstant,
  from: IsoInstant.describe('the first hour; the last one is not over yet'),
  lots: z.array(
    z.object({
      lot: LotId,
      occupancy: z.array(z.number().min(0).max(1).nullable()).describe('null: not observed'),
    }),
  ),
});
export type CurvesAnswer = z.infer<typeof CurvesAnswer>;
