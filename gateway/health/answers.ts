import { healthThresholds } from '#contract/health.ts';
import type { HealthParameters, Observation, Verdict } from './observation.ts';

/** When a sensor last answered, and when with something new. Monotonic milliseconds. */
export interface Answers {
  readonly startedAt: number;
  readonly heardAt: number | undefined;
  readonly freshAt: number | undefined;
  readonly misses: number;
}

export const noAnswers = (startedAt: number): Answers => ({
  startedAt,
  heardAt: undefined,
  freshAt: undefined,
  misses: 0,
});

export function withAnswer(before: Answers, { kind }: Observation, at: number): Answers {
  switch (kind) {
    case 'sample':
      return { startedAt: before.startedAt, heardAt: at, freshAt: at, misses: 0 };
    case 'stale':
      return { ...before, heardAt: at, misses: 0 };
    case 'missed':
      return { ...before, misses: before.misses + 1 };
    default:
      return before;
  }
}

/** Before the first word nothing can be called ok. */
export function silenceOf(
  { heardAt, misses }: Answers,
  at: number,
  { periodMs, unknownMs, polled }: HealthParameters,
): Verdict {
  if (heardAt === undefined || at - heardAt > unknownMs) return 'offline';
  const most = healthThresholds.misses.enter;
  if (misses >= most) return 'degraded';
  // A line that is gone asks nobody any more: nobody misses, and only time tells.
  const dueMs = polled ? Math.max(most * periodMs, unknownMs / 2) : most * periodMs;
  return at - heardAt > dueMs ? 'degraded' : undefined;
}

/** Answers for longer than the deadline, and nothing new in them. */
export function stuckFirmwareOf(
  { startedAt, heardAt, freshAt }: Answers,
  { unknownMs }: HealthParameters,
): Verdict {
  if (heardAt === undefined) return undefined;
  return heardAt - (freshAt ?? startedAt) > unknownMs ? 'faulty' : undefined;
}
