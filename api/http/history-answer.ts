import type { HistoryBucket, LotHistoryAnswer } from '#contract/http.ts';
import type { LotId } from '#contract/ids.ts';
import { HOUR_MS, isoOf } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { LotHour } from '../history/history.ts';
import { inSlices } from '../live/slices.ts';

export interface LotHistory {
  readonly lot: LotId;
  readonly window: TimeWindow;
  /** How many bays of the lot had a sensor at an instant. */
  readonly sensedBaysAt: (at: number) => number;
  readonly hours: readonly LotHour[];
  /** Epoch milliseconds: an hour that is not over could be observed only until now. */
  readonly now: number;
  readonly simulated: boolean;
}

/** A stretch of work of this many milliseconds leaves the event loop to others. */
const SLICE_MS = 5;

/**
 * The answer as JSON, with one bucket for every hour of the window, observed or not. A year takes some
 * tens of milliseconds to write, so it is written a slice at a time.
 */
export async function lotHistoryText(history: LotHistory): Promise<string> {
  const { lot, window, sensedBaysAt, hours, now, simulated } = history;
  const byHour = new Map(hours.map((hour) => [hour.hourAt, hour]));
  const buckets: string[] = [];
  await inSlices(hoursFrom(window), SLICE_MS, (hourAt) => {
    buckets.push(JSON.stringify(bucketOf(hourAt, byHour.get(hourAt), history)));
  });
  const [from, to] = [isoOf(window.from), isoOf(window.to)];
  const head: Omit<LotHistoryAnswer, 'buckets'> = {
    simulated,
    lot,
    from,
    to,
    sensedBays: sensedBaysAt(now),
  };
  return `${JSON.stringify(head).slice(0, -1)},"buckets":[${buckets.join(',')}]}`;
}

function* hoursFrom({ from, to }: TimeWindow): Generator<number> {
  for (let hourAt = from; hourAt < to; hourAt += HOUR_MS) yield hourAt;
}

function bucketOf(
  hourAt: number,
  hour: LotHour | undefined,
  { sensedBaysAt, now }: LotHistory,
): HistoryBucket {
  const observed = hour?.observedBayMs ?? 0;
  const possible = sensedBaysAt(hourAt) * Math.min(HOUR_MS, Math.max(0, now - hourAt));
  const seconds = (bayMs = 0) => Math.round(bayMs / 1_000);
  const [occupied, vacant] = [seconds(hour?.occupiedBayMs), seconds(hour?.vacantBayMs)];
  return {
    from: isoOf(hourAt),
    to: isoOf(hourAt + HOUR_MS),
    occupancy: hour && observed > 0 ? Math.min(1, hour.occupiedBayMs / observed) : null,
    coverage: possible === 0 ? 0 : Math.min(1, observed / possible),
    occupiedBaySeconds: occupied,
    vacantBaySeconds: vacant,
    // The sum of what is shown, so that rounding never makes the three disagree.
    observedBaySeconds: occupied + vacant,
    arrivals: hour?.arrivals ?? 0,
    departures: hour?.departures ?? 0,
  };
}
