import { countBound, quantile, shareBound } from './bounds.ts';
import { MODALITIES } from './classes.ts';
import type { Modality } from './classes.ts';
import type { Played } from './jobs.ts';
import { addTally, calibrationError, newTally } from './tally.ts';
import type { Tally } from './tally.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A figure that must be reached: what was measured, what of it is certain, and what was asked. */
export interface Bar {
  readonly name: string;
  readonly unit: string;
  /** Measured, and the worst that the 95 % interval allows; the same where there is none. */
  readonly measured: number;
  readonly bound: number;
  readonly atLeast: number;
  readonly aim: number;
}

export type Verdict = 'aim' | 'met' | 'missed';

/** All bars are upper ones. */
export const verdictOf = ({ bound, atLeast, aim }: Bar): Verdict => {
  if (bound <= aim) return 'aim';
  return bound <= atLeast ? 'met' : 'missed';
};

export interface Scored {
  readonly played: readonly Played[];
  readonly cpuMsPerThousand: number;
}

/** The sum over the classes of a modality; `without`: some of them left out. */
export function totalOf(
  played: readonly Played[],
  modality: Modality,
  without: readonly string[] = [],
): Tally {
  const total = newTally();
  for (const { job, tallies } of played) {
    const tally = tallies[modality];
    if (job.what === 'latch-up' || job.what === 'seldom' || without.includes(job.what)) continue;
    if (tally !== undefined) addTally(total, tally);
  }
  return total;
}

const missedOf = ({ missedArrivals, missedDepartures }: Tally): number =>
  missedArrivals + missedDepartures;

function missedBar(name: string, tally: Tally, [atLeast, aim]: readonly [number, number]): Bar {
  return {
    name,
    unit: '%',
    measured: (100 * missedOf(tally)) / tally.events,
    bound: 100 * shareBound(missedOf(tally), tally.events),
    atLeast,
    aim,
  };
}

const exact = (
  name: string,
  unit: string,
  measured: number,
  atLeast: number,
  aim: number,
): Bar => ({
  name,
  unit,
  measured,
  bound: measured,
  atLeast,
  aim,
});

export function barsOf({ played, cpuMsPerThousand }: Scored): Bar[] {
  const fused = totalOf(played, 'fused');
  const days = fused.watchedMs / DAY_MS;
  const given = newTally();
  for (const modality of MODALITIES) addTally(given, totalOf(played, modality));
  const latch = played
    .filter(({ job }) => job.what === 'latch-up')
    .map(({ tallies }) => tallies.magnetic?.longestLatchMs ?? 0);
  return [
    missedBar('fused: missed arrivals and departures', fused, [0.5, 0.1]),
    {
      name: 'fused: false arrivals per bay-day',
      unit: '',
      measured: fused.falseArrivals / days,
      bound: countBound(fused.falseArrivals) / days,
      atLeast: 0.05,
      aim: 0.01,
    },
    exact('fused: latency p95', 's', quantile(fused.latenciesMs, 0.95) / 1_000, 6, 5),
    exact(
      'fused: longest wrong run without a health flag',
      'min',
      fused.longestUnflaggedMs / MINUTE_MS,
      5,
      1,
    ),
    missedBar('magnetic only: missed', totalOf(played, 'magnetic'), [3, 1]),
    missedBar(
      'distance only, without snow and water: missed',
      totalOf(played, 'distance', ['snow', 'rain']),
      [1.5, 0.5],
    ),
    exact(
      'magnetic only, 180 days: longest latch-up',
      'h',
      latch.length === 0 ? Number.NaN : Math.max(...latch) / HOUR_MS,
      1,
      1,
    ),
    exact('confidence: calibration error', 'points', 100 * calibrationError(given.given), 3, 1),
    exact('detector: CPU per 1,000 samples', 'ms', cpuMsPerThousand, 100, 40),
  ];
}
