import type {
  BayDay,
  CrowdingAnswer,
  LotHourRow,
  OccupancyAnswer,
  OccupancyBucket,
  UseAnswer,
  WeekAnswer,
} from '#contract/history.ts';
import type { Interval } from '#contract/history.ts';
import type { LotId } from '#contract/ids.ts';
import type { BucketSums } from '../history/answers/buckets.ts';
import type { Crowding } from '../history/answers/crowding.ts';
import type { HeatCell } from '../history/answers/heat-map.ts';
import type { KnownSpan } from '../history/answers/known-time.ts';
import type { Use } from '../history/answers/statistics.ts';
import type { WallClock } from '../history/answers/wall-clock.ts';
import type { Stay } from '#contract/stay.ts';
import type { AskedPast } from './past-scope.ts';

const seconds = (ms: number): number => ms / 1_000;

interface SiteSays {
  readonly simulated: boolean;
}

/** What every answer says of what was asked. */
export function headOf(
  { window, timeZone, shownLots, scope, withPrivate, wallClock }: AskedPast,
  { simulated }: SiteSays,
) {
  return {
    simulated,
    from: wallClock.isoOf(window.from),
    to: wallClock.isoOf(window.to),
    timeZone,
    lots: [...shownLots],
    bays: scope.members.size,
    privateBays: withPrivate ? ('included' as const) : ('leftOut' as const),
  };
}

type Sums = Omit<BucketSums, 'from' | 'to'>;

function sumsAnswerOf(sums: Sums): Omit<OccupancyBucket, 'from' | 'to'> {
  const { occupiedBayMs, vacantBayMs, possibleBayMs, arrivals, departures } = sums;
  const observedBayMs = occupiedBayMs + vacantBayMs;
  return {
    occupancy: observedBayMs === 0 ? null : occupiedBayMs / observedBayMs,
    coverage: coverageOf(observedBayMs, possibleBayMs),
    occupiedBaySeconds: seconds(occupiedBayMs),
    vacantBaySeconds: seconds(vacantBayMs),
    observedBaySeconds: seconds(observedBayMs),
    // A gateway's clock may run some milliseconds ahead: then more was observed than was possible.
    unknownBaySeconds: seconds(Math.max(0, possibleBayMs - observedBayMs)),
    arrivals,
    departures,
  };
}

function coverageOf(observedMs: number, possibleMs: number): number {
  return possibleMs === 0 ? 0 : Math.min(1, observedMs / possibleMs);
}

export function occupancyAnswerOf(
  asked: AskedPast,
  site: SiteSays,
  { interval, buckets }: { readonly interval: Interval; readonly buckets: readonly BucketSums[] },
): OccupancyAnswer {
  const { wallClock } = asked;
  return {
    ...headOf(asked, site),
    interval,
    buckets: buckets.map(({ from, to, ...sums }) => ({
      from: wallClock.isoOf(from),
      to: wallClock.isoOf(to),
      ...sumsAnswerOf(sums),
    })),
  };
}

export function hourRowOf(
  lot: LotId,
  { from, to, ...sums }: BucketSums,
  clock: WallClock,
): LotHourRow {
  return { lot, from: clock.isoOf(from), to: clock.isoOf(to), ...sumsAnswerOf(sums) };
}

export function weekAnswerOf(
  asked: AskedPast,
  site: SiteSays,
  cells: readonly HeatCell[],
): WeekAnswer {
  return {
    ...headOf(asked, site),
    cells: cells.map(({ weekday, hour, ...sums }) => ({ weekday, hour, ...sumsAnswerOf(sums) })),
  };
}

export const DWELL_SHARES = [0.1, 0.25, 0.5, 0.75, 0.85, 0.9, 0.95, 0.99] as const;
const MINUTE_MS = 60_000;
/** Where tariffs and rules of stay have their steps: a quarter of an hour to a day. */
export const DWELL_LIMITS_MS = [15, 30, 60, 90, 120, 180, 240, 360, 480, 720, 1_440].map(
  (minutes) => minutes * MINUTE_MS,
);

export function useAnswerOf(asked: AskedPast, site: SiteSays, use: Use): UseAnswer {
  const { dwell, histogram, arrivals, departures, anomalous, bridged, turnover } = use;
  const coverage = coverageOf(use.observedBayMs, use.possibleBayMs);
  return {
    ...headOf(asked, site),
    coverage,
    unknownShare: 1 - coverage,
    arrivals,
    departures,
    turnover: turnover ?? null,
    anomalous,
    bridged,
    dwell: {
      count: dwell.count,
      meanSeconds: dwell.count === 0 ? null : seconds(dwell.sumMs) / dwell.count,
      percentiles: DWELL_SHARES.map((share, at) => {
        const lengthMs = dwell.percentilesMs[at];
        return { share, seconds: lengthMs === undefined ? null : seconds(lengthMs) };
      }),
      histogram: histogram.map((count, at) => {
        const limitMs = DWELL_LIMITS_MS[at];
        return {
          fromSeconds: seconds(DWELL_LIMITS_MS[at - 1] ?? 0),
          toSeconds: limitMs === undefined ? null : seconds(limitMs),
          count,
        };
      }),
      censored: dwell.censored,
    },
  };
}

export function crowdingAnswerOf(
  asked: AskedPast,
  site: SiteSays,
  { peak, full }: Crowding,
): CrowdingAnswer {
  const { wallClock } = asked;
  const lengths = full.map(({ from, until }) => seconds(until - from));
  return {
    ...headOf(asked, site),
    peak: peak
      ? {
          occupied: peak.occupied,
          from: wallClock.isoOf(peak.from),
          to: wallClock.isoOf(peak.until),
        }
      : null,
    full: {
      count: full.length,
      seconds: lengths.reduce((sum, length) => sum + length, 0),
      longestSeconds: lengths.reduce((most, length) => Math.max(most, length), 0),
      periods: full.map(({ from, until }) => ({
        from: wallClock.isoOf(from),
        to: wallClock.isoOf(until),
        seconds: seconds(until - from),
      })),
    },
  };
}

export function rowStayOf(stay: Stay, clock: WallClock): BayDay['stays'][number] {
  const { bridged, anomalous, openLeft, departedAfter, departedBefore } = stay;
  return {
    arrivedAfter: clock.isoOf(stay.arrivedAfter),
    arrivedBefore: clock.isoOf(stay.arrivedBefore),
    departedAfter: departedAfter === null ? null : clock.isoOf(departedAfter),
    departedBefore: departedBefore === null ? null : clock.isoOf(departedBefore),
    bridged,
    anomalous,
    openLeft,
  };
}

export function rowKnownOf(known: readonly KnownSpan[], clock: WallClock): BayDay['known'] {
  return known.map(({ from, until, state }) => ({
    from: clock.isoOf(from),
    to: clock.isoOf(until),
    state,
  }));
}
