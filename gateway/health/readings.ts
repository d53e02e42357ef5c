import { healthThresholds } from '#contract/health.ts';
import type { Quality, Reading, Sample } from '../sense/sample.ts';
import type { HealthParameters, Verdict } from './observation.ts';

type Bad = Exclude<Quality, 'ok'>;

interface Bucket {
  readonly from: number;
  readonly total: number;
  readonly bad: Readonly<Record<Bad, number>>;
}

/** What a sensor's distances were like: at most ten minutes of counts, and the row of equal ones. */
export interface Readings {
  readonly buckets: readonly Bucket[];
  /** Whether any of them counts a bad one: hardly ever, and most looks can end there. */
  readonly hasBad: boolean;
  readonly last: Reading | undefined;
  /** How many in a row had the same value. */
  readonly identical: number;
  /** How many were not in such a row since the last one that was too long. */
  readonly differing: number;
}

export const noReadings: Readings = {
  buckets: [],
  hasBad: false,
  last: undefined,
  identical: 0,
  differing: 0,
};

const BUCKET_MS = 60_000;
/** A share says nothing before half of the window's samples are there. */
const LEAST_FILL = 0.5;
const LEAST_SAMPLES = 5;
const noneBad = { no_target: 0, interference: 0, saturated: 0, fault: 0 } as const;

export function withReading(before: Readings, { distance, seq }: Sample, at: number): Readings {
  if (distance === undefined) return before;
  const { quality } = distance;
  const buckets = counted(before.buckets, quality, at);
  const hasBad = quality !== 'ok' || (before.hasBad && buckets.some(({ bad }) => bad !== noneBad));
  const { last } = before;
  // Only a number that advances tells a new equal sample from an old one said again.
  if (seq === undefined) {
    return { buckets, hasBad, last, identical: before.identical, differing: before.differing };
  }
  const same = quality === 'ok' && distance.value === last?.value;
  const identical = same ? before.identical + 1 : 1;
  const tooLong = identical >= healthThresholds.identicalSamples.enter;
  const differing = tooLong ? 0 : before.differing + (same ? 0 : 1);
  return { buckets, hasBad, last: distance, identical, differing };
}

export function stuckValueOf({ identical, differing }: Readings, active: boolean): Verdict {
  const { enter, leave } = healthThresholds.identicalSamples;
  return identical >= enter || (active && differing < leave) ? 'faulty' : undefined;
}

/** Whether too many of the last ten minutes' distances were bad in this way. */
export function isBadShare(
  readings: Readings,
  quality: Bad,
  at: number,
  active: boolean,
  { periodMs }: HealthParameters,
): boolean {
  if (!readings.hasBad) return false;
  const windowMs = healthThresholds.badShareWindowMs.enter;
  let [total, bad] = [0, 0];
  for (const bucket of readings.buckets) {
    if (at - bucket.from >= windowMs) continue;
    total += bucket.total;
    bad += bucket.bad[quality];
  }
  if (total < Math.max(LEAST_SAMPLES, (LEAST_FILL * windowMs) / periodMs)) return false;
  const { enter, leave } = healthThresholds.badShare;
  return bad / total > (active ? leave : enter);
}

function counted(buckets: readonly Bucket[], quality: Quality, at: number): readonly Bucket[] {
  const last = buckets.at(-1);
  const isNew = last === undefined || at - last.from >= BUCKET_MS;
  const open = isNew ? { from: at, total: 0, bad: noneBad } : last;
  const bad = quality === 'ok' ? open.bad : { ...open.bad, [quality]: open.bad[quality] + 1 };
  const windowMs = healthThresholds.badShareWindowMs.enter;
  const isAnyOld = buckets.some(({ from }) => at - from >= windowMs);
  const kept = isAnyOld ? buckets.filter(({ from }) => at - from < windowMs) : buckets.slice();
  // A bucket is shorter than the window: the last one is among those that are kept.
  kept[isNew ? kept.length : kept.length - 1] = { from: open.from, total: open.total + 1, bad };
  return kept;
}
