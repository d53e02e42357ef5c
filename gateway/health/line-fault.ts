import { healthThresholds } from '#contract/health.ts';

/** Whether a line as a whole is silent: one fault, not one for each of its sensors. */
export interface LineFault {
  /** Monotonic; undefined: it is not. */
  readonly since: number | undefined;
  readonly foundAt: number;
}

export const noLineFault: LineFault = { since: undefined, foundAt: Number.NEGATIVE_INFINITY };

/** One sensor that is silent is just that sensor. */
const LEAST_SENSORS = 2;

export function judgeLine(
  before: LineFault,
  { silent, sensors }: { readonly silent: number; readonly sensors: number },
  at: number,
): LineFault {
  const { enter, leave } = healthThresholds.lineSilentShare;
  const active = before.since !== undefined;
  const share = silent / sensors;
  if (sensors >= LEAST_SENSORS && (active ? share > leave : share >= enter)) {
    return { since: before.since ?? at, foundAt: at };
  }
  const lasts = active && at - before.foundAt < healthThresholds.dwellMs.leave;
  return lasts ? before : noLineFault;
}
