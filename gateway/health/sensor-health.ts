import { HEALTH_REASONS, healthReasons, healthThresholds } from '#contract/health.ts';
import type { HealthReason, HealthState, SensorCounters } from '#contract/health.ts';
import { noAnswers, silenceOf, stuckFirmwareOf, withAnswer } from './answers.ts';
import type { Answers } from './answers.ts';
import { linkErrorsOf, noLink, withFrames } from './link-quality.ts';
import type { LinkQuality } from './link-quality.ts';
import {
  clockOf,
  duplicateAddressOf,
  noClock,
  resetsOf,
  withCrowd,
  withUptime,
} from './node-clock.ts';
import type { NodeClock } from './node-clock.ts';
import type { HealthParameters, Observation, Verdict } from './observation.ts';
import {
  configMismatchOf,
  driftOf,
  supplyCriticalOf,
  supplyLowOf,
  temperatureOf,
  withReport,
} from './own-report.ts';
import type { OwnReport } from './own-report.ts';
import { isBadShare, noReadings, stuckValueOf, withReading } from './readings.ts';
import type { Readings } from './readings.ts';

/** A reason that holds, how bad it is, and when it was last found; monotonic milliseconds. */
export interface ActiveReason {
  readonly reason: HealthReason;
  readonly state: Exclude<Verdict, undefined>;
  readonly foundAt: number;
}

/**
 * How far one sensor may be trusted: a pure function of what was heard of it and when, without a
 * clock of its own. Worse is believed at once, better only after it has lasted.
 */
export interface HealthOfSensor {
  readonly state: HealthState;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly active: readonly ActiveReason[];
  readonly answers: Answers;
  readonly readings: Readings;
  readonly clock: NodeClock;
  readonly link: LinkQuality;
  readonly report: OwnReport;
  readonly votes: Extract<Observation, { readonly kind: 'votes' }> | undefined;
  readonly counts: Pick<SensorCounters, 'frames' | 'misses' | 'crcErrors'>;
}

type Heard = Omit<HealthOfSensor, 'state' | 'since' | 'active'>;

/** Nothing was heard yet: offline, whatever comes. */
export function newHealth(startedAt: number): HealthOfSensor {
  return {
    state: 'offline',
    since: startedAt,
    active: [{ reason: 'silence', state: 'offline', foundAt: startedAt }],
    answers: noAnswers(startedAt),
    readings: noReadings,
    clock: noClock,
    link: noLink,
    report: {},
    votes: undefined,
    counts: { frames: 0, misses: 0, crcErrors: 0 },
  };
}

/** Takes one observation, made at `at` (monotonic milliseconds, never falling). */
export function observe(
  before: HealthOfSensor,
  observation: Observation,
  at: number,
  parameters: HealthParameters,
): HealthOfSensor {
  const heard = take(before, observation, at);
  const isFirst = before.answers.heardAt === undefined;
  const active = HEALTH_REASONS.flatMap((reason) =>
    nextOf(reason, isFirst ? [] : before.active, heard, at, parameters),
  );
  const state = stateOf(active, heard.report);
  return { ...heard, active, state, since: state === before.state ? before.since : at };
}

/** Whether what the sensor says may be taken for its bay's state. */
export function isBelieved({ active }: HealthOfSensor): boolean {
  return active.every(({ reason }) => healthReasons[reason].believed);
}

/** Whether it is silent now, not only a moment ago. */
export function isSilent(
  { answers }: HealthOfSensor,
  at: number,
  parameters: HealthParameters,
): boolean {
  // Before the first word it gets the time that an offline sensor gets.
  if (answers.heardAt === undefined) return at - answers.startedAt > parameters.unknownMs;
  return silenceOf(answers, at, parameters) !== undefined;
}

export function countersOf({ counts, clock, report }: HealthOfSensor): SensorCounters {
  return {
    ...counts,
    resets: clock.resetCount,
    supplyMv: report.supplyMv ?? null,
    temperatureC: report.temperatureC ?? null,
    lastSeq: report.seq ?? null,
  };
}

function take(before: HealthOfSensor, observation: Observation, at: number): Heard {
  const { counts } = before;
  const heard = { ...before, answers: withAnswer(before.answers, observation, at) };
  switch (observation.kind) {
    case 'sample': {
      const { sample, floorOffMm } = observation;
      const { uptimeMs } = sample;
      return {
        ...heard,
        readings: withReading(before.readings, sample, at),
        clock: uptimeMs === undefined ? before.clock : withUptime(before.clock, uptimeMs, at),
        report: withReport(before.report, sample, floorOffMm),
        counts: { ...counts, frames: counts.frames + 1 },
      };
    }
    case 'missed':
      return { ...heard, counts: { ...counts, misses: counts.misses + 1 } };
    case 'link': {
      const { frames, errors, crcErrors } = observation;
      return {
        ...heard,
        link: withFrames(before.link, frames, errors),
        counts: { ...counts, crcErrors: counts.crcErrors + crcErrors },
      };
    }
    case 'crowd':
      return { ...heard, clock: withCrowd(before.clock, at) };
    case 'votes':
      return { ...heard, votes: observation };
    case 'stale':
    case 'tick':
      return heard;
  }
}

/** The reason after this observation: found, or not yet gone for long enough. */
function nextOf(
  reason: HealthReason,
  before: readonly ActiveReason[],
  heard: Heard,
  at: number,
  parameters: HealthParameters,
): ActiveReason[] {
  const prior = before.find((one) => one.reason === reason);
  const found = verdictOf(reason, prior?.state, heard, at, parameters);
  if (found) return [{ reason, state: found, foundAt: at }];
  if (!prior || at - prior.foundAt >= healthThresholds.dwellMs.leave) return [];
  // A sensor that speaks again is not offline; it has only been silent a moment ago.
  return [prior.state === 'offline' ? { ...prior, state: 'degraded' } : prior];
}

function verdictOf(
  reason: HealthReason,
  prior: Verdict,
  { answers, readings, clock, link, report, votes }: Heard,
  at: number,
  parameters: HealthParameters,
): Verdict {
  const active = prior !== undefined;
  switch (reason) {
    case 'silence':
      return silenceOf(answers, at, parameters);
    case 'line_fault':
      return undefined; // The line's to know: see line-fault.ts.
    case 'stuck_value':
      return stuckValueOf(readings, active);
    case 'stuck_firmware':
      return stuckFirmwareOf(answers, parameters);
    case 'channel_fault':
      return isBadShare(readings, 'fault', at, active, parameters) ? 'faulty' : undefined;
    case 'saturated':
    case 'no_target':
    case 'interference':
      return isBadShare(readings, reason, at, active, parameters) ? 'degraded' : undefined;
    case 'drift':
      return driftOf(report, active);
    case 'latch_up':
      return votes?.disagree === true && votes.occupiedForMs > votes.longStayMs
        ? 'faulty'
        : undefined;
    case 'supply_low':
      return supplyLowOf(report, active);
    case 'supply_critical':
      return supplyCriticalOf(report, active);
    case 'temperature_implausible':
      return temperatureOf(report, active);
    case 'resets':
      return resetsOf(clock, at, active);
    case 'tamper':
      return report.tamper === true ? 'faulty' : undefined;
    case 'duplicate_address':
      return duplicateAddressOf(clock, at, active);
    case 'clock':
      return clockOf(clock, active);
    case 'link_errors':
      return linkErrorsOf(link, prior);
    case 'config_mismatch':
      return configMismatchOf(report, parameters);
  }
}

/** Nothing is heard beats all; somebody at work explains the rest. */
function stateOf(active: readonly ActiveReason[], { calibrating }: OwnReport): HealthState {
  const states = new Set(active.map(({ state }) => state));
  if (states.has('offline')) return 'offline';
  if (calibrating === true) return 'maintenance';
  if (states.has('faulty')) return 'faulty';
  return states.has('degraded') ? 'degraded' : 'ok';
}
