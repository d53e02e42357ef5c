import * as z from 'zod';
import { BayId, LineId, SensorId } from './ids.ts';
import { Instant } from './time.ts';

/**
 * How far a sensor may be trusted: a state of its own, beside what its bay is. `ok`; `degraded`
 * believed, with care; `faulty` somebody must go there; `offline` nothing is heard; `maintenance`
 * being worked on. The worst first, as a list of sensors is read.
 */
export const HEALTH_STATES = ['faulty', 'offline', 'degraded', 'maintenance', 'ok'] as const;
export const HealthState = z.enum(HEALTH_STATES);
export type HealthState = z.infer<typeof HealthState>;

interface ReasonDefinition {
  /** What it makes of a sensor; the second where it is worse, or lasts. */
  readonly leadsTo: readonly HealthState[];
  /** False: what the sensor says is not taken for its bay's state any more. */
  readonly believed: boolean;
  /** One sentence for people. */
  readonly about: string;
}

/** Every reason that a sensor may be anything but ok for. */
export const healthReasons = {
  silence: {
    leadsTo: ['degraded', 'offline'],
    believed: true,
    about: 'No sample has come from the sensor for several of its periods.',
  },
  line_fault: {
    leadsTo: ['degraded', 'offline'],
    believed: true,
    about: 'Most sensors of the line fell silent together: look at the line, not at the sensors.',
  },
  stuck_value: {
    leadsTo: ['faulty'],
    believed: false,
    about: 'Its samples advance, and their value is the same to the last bit.',
  },
  stuck_firmware: {
    leadsTo: ['faulty'],
    believed: false,
    about: 'It answers, and always with the sample that it gave before.',
  },
  channel_fault: {
    leadsTo: ['faulty'],
    believed: true,
    about: 'It reports its own distance channel as broken.',
  },
  saturated: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'Too many readings lie at the end of its range.',
  },
  no_target: {
    leadsTo: ['degraded'],
    believed: true,
    about:
      'Too many pings come back without an echo: water, snow, sloped glass, or a turned sensor.',
  },
  interference: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'Too many readings are disturbed, most likely by a neighbour.',
  },
  drift: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'The floor that it has learned is far from its mounting height.',
  },
  latch_up: {
    leadsTo: ['faulty'],
    believed: false,
    about: 'Its bay has been occupied longer than almost any stay, and its channels disagree.',
  },
  supply_low: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'Its supply voltage is low.',
  },
  supply_critical: {
    leadsTo: ['faulty'],
    believed: true,
    about: 'Its supply voltage is so low that it may stop at any time.',
  },
  temperature_implausible: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'It reports a temperature that no street has.',
  },
  resets: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'It has started again too often within a day.',
  },
  tamper: {
    leadsTo: ['faulty'],
    believed: false,
    about: 'It reports that it was opened or moved.',
  },
  duplicate_address: {
    leadsTo: ['faulty'],
    believed: false,
    about: 'Two nodes answer to its address.',
  },
  clock: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'Its clock runs away from that of the gateway.',
  },
  link_errors: {
    leadsTo: ['degraded', 'faulty'],
    believed: true,
    about: 'Too many of its frames arrive broken or not at all.',
  },
  config_mismatch: {
    leadsTo: ['degraded'],
    believed: true,
    about: 'Its configuration is not the one that is wanted.',
  },
} as const satisfies Readonly<Record<string, ReasonDefinition>>;
export type HealthReason = keyof typeof healthReasons;
export const HEALTH_REASONS = Object.keys(healthReasons) as [HealthReason, ...HealthReason[]];
export const HealthReason = z.enum(HEALTH_REASONS);

/**
 * When a reason is found, and when it is gone again: the one table that knows. Units are in the
 * names. [S] a published source, [C] computed, [J] judgement.
 *
 * Misses, line share, identical samples, bad share, resets, clock and link errors: the practice of
 * finished parking sensors and their buses [S]. What is left again lower than it was entered, and
 * every time of staying: [J], so that no sensor flaps. Drift: a swing of 30 °C moves an uncompensated
 * echo by 5 %, 13 cm at 2.5 m [C]; more than twice that is no weather. Supply: a bay node on 5 V works
 * down to 4.2 V [J]. Temperature: the rated range of outdoor parts [S].
 * When a sensor is offline is no threshold but a deadline: `gatewayUnknownMs` in deadlines.ts.
 */
export const healthThresholds = {
  /** Polls, or periods of a sensor that speaks by itself, without a sample. */
  misses: { enter: 3, leave: 0 },
  /** A reason stays at least so long after it was last found. */
  dwellMs: { enter: 0, leave: 10_000 },
  /** Share of a line's sensors that are silent at once, 0 to 1; of lines with two sensors or more. */
  lineSilentShare: { enter: 0.8, leave: 0.5 },
  /** Samples in a row with the same value; gone after so many that differ. */
  identicalSamples: { enter: 60, leave: 5 },
  /** Share of samples within ten minutes that were no measurement, 0 to 1. */
  badShare: { enter: 0.2, leave: 0.1 },
  badShareWindowMs: { enter: 600_000, leave: 600_000 },
  /** Between the learned floor and the mounting height. */
  driftMm: { enter: 300, leave: 250 },
  supplyLowMv: { enter: 4_600, leave: 4_700 },
  supplyCriticalMv: { enter: 4_300, leave: 4_400 },
  temperatureLeastC: { enter: -40, leave: -38 },
  temperatureMostC: { enter: 85, leave: 83 },
  /** More starts than this within 24 h. */
  resetsADay: { enter: 3, leave: 2 },
  /** Jumps of its uptime within ten minutes that no restart explains. */
  uptimeLeaps: { enter: 3, leave: 0 },
  /** Uptime against the gateway's monotonic clock, over an hour at least, in parts per million. */
  clockPpm: { enter: 200, leave: 150 },
  /** Of 1,000 frames, more than this are broken or missing: a warning ... */
  linkErrorsWarn: { enter: 5, leave: 2 },
  /** ... and an alarm. */
  linkErrorsAlarm: { enter: 50, leave: 25 },
} as const satisfies Readonly<Record<string, { readonly enter: number; readonly leave: number }>>;

/** How often the health of a line is told when nothing changes, in milliseconds. */
export const HEALTH_EVERY_MS = 60_000;

const count = z.int().nonnegative();

/** Since the gateway's start. */
export const SensorCounters = z.strictObject({
  frames: count.describe('samples heard'),
  misses: count.describe('polls without a sample'),
  crcErrors: count.describe('frames that arrived broken'),
  resets: count.describe('starts of the sensor that were seen'),
  supplyMv: count.nullable().describe('supply as last heard, in millivolts; null: it does not say'),
  temperatureC: z.number().nullable().describe('as last heard; null: it does not say'),
  lastSeq: count.nullable().describe("the sensor's own number of its last sample"),
});
export type SensorCounters = z.infer<typeof SensorCounters>;

export const SensorHealth = z.strictObject({
  sensor: SensorId,
  bay: BayId,
  state: HealthState,
  reasons: z.array(HealthReason).max(HEALTH_REASONS.length),
  /** Since when it has been in this state. */
  since: Instant,
  counters: SensorCounters,
});
export type SensorHealth = z.infer<typeof SensorHealth>;

/** Gateway → api, retained: how far each sensor of one line may be trusted. */
export const HealthMessage = z.strictObject({
  v: z.literal(1),
  line: LineId,
  publishedAt: Instant,
  simulated: z.boolean(),
  /** Since when most of the line has been silent; null: it is not. */
  lineFaultSince: Instant.nullable(),
  sensors: z.array(SensorHealth).max(32),
});
export type HealthMessage = z.infer<typeof HealthMessage>;
