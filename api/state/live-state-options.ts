import type { BayId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { CorrectedBay } from '#contract/site-overlay.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { LastBayState, LastLotFact } from '../log/log-entry.ts';

export interface LiveStateOptions {
  readonly site: Site;
  /** Out of service: in no count, and unknown. */
  readonly closedBays?: ReadonlySet<BayId>;
  /** What operators saw: shown and counted whatever the sensor says. */
  readonly corrected?: ReadonlyMap<BayId, CorrectedBay>;
  readonly clock: Clock;
  readonly log?: Log;
  /** From the log: shown unknown until a fresh report. */
  readonly restored?: {
    readonly bays: readonly LastBayState[];
    readonly facts: readonly LastLotFact[];
  };
}
