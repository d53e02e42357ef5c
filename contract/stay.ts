import * as z from 'zod';
import { BayId, LotId } from './ids.ts';
import { Instant } from './time.ts';

/**
 * One vehicle's time in one bay. Each end is a pair of bounds: equal where it was observed, apart
 * where it fell into a gap of coverage ([last observed, first observed]). For operators only.
 */
export const Stay = z.strictObject({
  bay: BayId,
  lot: LotId,
  arrivedAfter: Instant,
  arrivedBefore: Instant,
  /** null: the car still stands, as far as is known. */
  departedAfter: Instant.nullable(),
  departedBefore: Instant.nullable(),
  /** The car stood before and after a gap: taken for one stay. */
  bridged: z.boolean(),
  /** Ended by an arrival on the occupied bay: a departure was missed. */
  anomalous: z.boolean(),
  /** The car stood already when the bay was observed for the first time. */
  openLeft: z.boolean(),
});
export type Stay = z.infer<typeof Stay>;

/** When a bay was watched, as the log has it: [from, until). */
export const ObservedSpan = z.strictObject({ bay: BayId, from: Instant, until: Instant });
export type ObservedSpan = z.infer<typeof ObservedSpan>;
