import { CLEAR } from '#firmware-sim/scenario.ts';
import type { Scenario } from '#firmware-sim/scenario.ts';
import { CLASSES, MODALITIES, scenarioOf } from './classes.ts';
import type { ClassName, Modality } from './classes.ts';
import { judgeBay } from './judge.ts';
import { addJudged, newTally } from './tally.ts';
import type { Tally } from './tally.ts';
import { seldom, watchStreet } from './watched-street.ts';

const HOUR_MS = 3_600_000;
/** Nodes learn their scale and who stands there; this much is not judged. */
export const WARM_UP_MS = 6 * HOUR_MS;

/** What one process plays at once; plain data. */
export interface Job {
  readonly what: ClassName | 'latch-up' | 'seldom';
  readonly seed: number;
  readonly bays: number;
  readonly hours: number;
  readonly periodMs: number;
  readonly modalities: readonly Modality[];
}

export interface Played {
  readonly job: Job;
  readonly tallies: Readonly<Partial<Record<Modality, Tally>>>;
}

const BAYS = 20;
/** 25 bay-days a class; `--full`: 300, and 3,000 arrivals and more. */
const HOURS = 36;
const FULL_HOURS = 366;
const LATCH_DAYS = 180;
const LATCH_JOBS = 2;
const LATCH_BAYS = 4;
const SELDOM_DAYS = 20;
const LONG_PERIOD_MS = 10_000;

export function jobsOf(seed: number, full: boolean): Job[] {
  const long = (what: Job['what'], bays: number, days: number, at: number): Job => ({
    what,
    seed: seed * 100 + at,
    bays,
    hours: 24 * days,
    periodMs: LONG_PERIOD_MS,
    modalities: ['magnetic'],
  });
  return [
    ...Array.from({ length: LATCH_JOBS }, (_, at) => long('latch-up', LATCH_BAYS, LATCH_DAYS, at)),
    long('seldom', BAYS / 2, SELDOM_DAYS, 50),
    ...CLASSES.map((what, at) => ({
      what,
      seed: seed * 100 + at,
      bays: BAYS,
      hours: full ? FULL_HOURS : HOURS,
      periodMs: 1_000,
      modalities: MODALITIES,
    })),
  ];
}

/** Health looks at as much as sensing does, where there is something for it to see. */
const WITH_HEALTH = 1.5;

/** How long a job takes, in samples that are made or heard; the longest begin first. */
export function costOf({ what, bays, hours, periodMs, modalities }: Job): number {
  const samples = (bays * hours * HOUR_MS) / periodMs;
  return samples * (1 + modalities.length) * (what === 'faulty-sensor' ? WITH_HEALTH : 1);
}

/** The same job gives the same tallies, on every machine. */
export function playJob(job: Job): Played {
  const { what, seed, bays, hours, periodMs, modalities } = job;
  const isClass = what !== 'latch-up' && what !== 'seldom';
  const durationMs = hours * HOUR_MS;
  const fromMs = Math.min(WARM_UP_MS, durationMs / 3);
  const scenario = isClass ? faultsAfter(fromMs, scenarioOf(what)) : { ...CLEAR, airSwingC: 20 };
  const { watchers, truth } = watchStreet(
    { scenario, seed, bays, durationMs, samplePeriodMs: periodMs },
    modalities,
    what === 'seldom'
      ? { sends: seldom(SELDOM_CHANGE_UT), periodMs: SELDOM_EXPECTED_MS }
      : undefined,
  );
  const tallies = watchers.map(({ modality, bays: watched }) => {
    const tally = newTally();
    for (const [bay, changes] of truth.entries()) {
      const one = watched[bay];
      if (one !== undefined) addJudged(tally, judgeBay(one, changes, fromMs, durationMs));
    }
    return [modality, tally] as const;
  });
  return { job, tallies: Object.fromEntries(tallies) };
}

/** A scenario's faults come when they are judged. */
function faultsAfter(fromMs: number, scenario: Scenario): Scenario {
  const byMinutes = fromMs / 60_000;
  return {
    ...scenario,
    sensorFaults: scenario.sensorFaults.map((fault) => ({
      ...fault,
      fromMinute: fault.fromMinute + byMinutes,
      ...(fault.toMinute !== undefined && { toMinute: fault.toMinute + byMinutes }),
    })),
  };
}

const SELDOM_CHANGE_UT = 2;
const SELDOM_EXPECTED_MS = 600_000;
