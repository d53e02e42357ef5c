import * as z from 'zod';
import { HealthState } from './health.ts';
import { SensorId } from './ids.ts';
import { IsoInstant } from './time.ts';

/** For operators: how one sensor did in the last day, as far as the api has run and its gateway told. */
export const SensorTrendAnswer = z.object({
  simulated: z.boolean(),
  at: IsoInstant,
  sensor: SensorId,
  from: IsoInstant.describe('when the first step begins; the last one is not over yet'),
  stepMinutes: z.int().positive(),
  steps: z.array(
    z.object({
      /** Broken and missing of 1,000 frames that were due; null: nothing was told. */
      errorsPerThousand: z.number().min(0).max(1_000).nullable(),
      /** The worst that it was; null: nothing was told. */
      worst: HealthState.nullable(),
    }),
  ),
});
export type SensorTrendAnswer = z.infer<typeof SensorTrendAnswer>;
