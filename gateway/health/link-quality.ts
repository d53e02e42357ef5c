import { healthThresholds } from '#contract/health.ts';
import type { Verdict } from './observation.ts';

/** Broken and missing frames, by the thousand. */
export interface LinkQuality {
  readonly frames: number;
  readonly errors: number;
  /** Of the last whole thousand. */
  readonly lastErrors: number;
}

export const noLink: LinkQuality = { frames: 0, errors: 0, lastErrors: 0 };

const PER = 1_000;

export function withFrames(before: LinkQuality, frames: number, errors: number): LinkQuality {
  const frameCount = before.frames + frames;
  const errorCount = before.errors + errors;
  if (frameCount < PER) {
    return { frames: frameCount, errors: errorCount, lastErrors: before.lastErrors };
  }
  return { frames: 0, errors: 0, lastErrors: (PER * errorCount) / frameCount };
}

/** A thousand that is not over is bad as soon as it can only get worse. */
export function linkErrorsOf({ errors, lastErrors }: LinkQuality, active: Verdict): Verdict {
  const { linkErrorsWarn: warn, linkErrorsAlarm: alarm } = healthThresholds;
  const most = Math.max(errors, lastErrors);
  if (most > (active === 'faulty' ? alarm.leave : alarm.enter)) return 'faulty';
  return most > (active === undefined ? warn.enter : warn.leave) ? 'degraded' : undefined;
}
