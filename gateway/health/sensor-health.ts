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
  noReport,
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

/** To be changed before it is handed on. Written out: each sample makes one, and a spread takes thirty times as long. */
const copyOf = (of: HealthOfSensor) => ({
  state: of.state,
  since: of.since,
  active: of.active,
  answers: of.answers,
  readings: of.readings,
  clock: of.clock,
  link: of.link,
  report: of.report,
  votes: of.votes,
  counts: of.counts,
});

type Draft = ReturnType<typeof copyOf>;

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
    report: noReport,
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
  const next = take(before, observation, at);
  // Frames that came well are judged with the sample in them, at the same instant.
  if (observation.kind === 'link' && observation.errors === 0) return next;
  const isFirst = before.answers.heardAt === undefined;
  next.active = activeAfter(isFirst ? NONE : before.active, next, at, parameters);
  next.state = stateOf(next.active, next.report);
  if (next.state !== before.state) next.since = at;
  return next;
}

const NONE: readonly ActiveReason[] = [];

function activeAfter(
  before: readonly ActiveReason[],
  heard: Heard,
  at: number,
  parameters: HealthParameters,
): readonly ActiveReason[] {
  let active: ActiveReason[] | undefined;
  for (const reason of HEALTH_REASONS) {
    const next = nextOf(reason, before, heard, at, parameters);
    if (next === undefined) continue;
    if (active === undefined) active = [next];
    else active.push(next);
  }
  return active ?? NONE;
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

/** Everything but what follows from it; nobody else has the state that it returns. */
function take(before: HealthOfSensor, observation: Observation, at: number): Draft {
  const { frames, misses, crcErrors } = before.counts;
  const next = copyOf(before);
  next.answers = withAnswer(before.answers, observation, at);
  switch (observation.kind) {
    case 'sample': {
      const { sample, floorOffMm } = observation;
      const { uptimeMs } = sample;
      next.readings = withReading(before.readings, sample, at);
      if (uptimeMs !== undefined) next.clock = withUptime(before.clock, uptimeMs, at);
      next.report = withReport(before.report, sample, floorOffMm);
      next.counts = { frames: frames + 1, misses, crcErrors };
      break;
    }
    case 'missed':
      next.counts = { frames, misses: misses + 1, crcErrors };
      break;
    case 'link':
      next.link = withFrames(before.link, observation.frames, observation.errors);
      next.counts = { frames, misses, crcErrors: crcErrors + observation.crcErrors };
      break;
    case 'crowd':
      next.clock = withCrowd(before.clock, at);
      break;
    case 'votes':
      next.votes = observation;
      break;
    case 'stale':
    case 'tick':
      break;
  }
  return next;
}

/** The reason after this observation: found, or not yet gone for long enough. */
function nextOf(
  reason: HealthReason,
  before: readonly ActiveReason[],
  heard: Heard,
  at: number,
  parameters: HealthParameters,
): ActiveReason | undefined {
  const prior = before.length === 0 ? undefined : before.find((one) => one.reason === reason);
  const found = verdictOf(reason, prior?.state, heard, at, parameters);
  if (found) return { reason, state: found, foundAt: at };
  if (!prior || at - prior.foundAt >= healthThresholds.dwellMs.leave) return undefined;
  // A sensor that speaks again is not offline; it has only been silent a moment ago.
  return prior.state === 'offline' ? { ...prior, state: 'degraded' } : prior;
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
  const has = (state: ActiveReason['state']) => active.some((one) => one.state === state);
  if (has('offline')) return 'offline';
  if (calibrating === true) return 'maintenance';
  if (has('faulty')) return 'faulty';
  return has('degraded') ? 'degraded' : 'ok';
}
