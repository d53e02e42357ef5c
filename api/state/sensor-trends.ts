import { HEALTH_STATES } from '#contract/health.ts';
import type { HealthState, SensorCounters } from '#contract/health.ts';
import type { SensorId } from '#contract/ids.ts';

export const TREND_STEP_MS = 1_800_000;
export const TREND_STEPS = 48;

export interface TrendStep {
  /** Broken and missing frames of 1,000 that were due; null: nothing was told. */
  readonly errorsPerThousand: number | null;
  readonly worst: HealthState | null;
}

/** One sensor's last day: some 250 bytes, so that a city of them fits. */
interface Trend {
  /** Number of the newest step since 1970. */
  step: number;
  last: SensorCounters;
  /** By step modulo TREND_STEPS; frames that were due, and those that came broken or not at all. */
  readonly due: Uint16Array;
  readonly errors: Uint16Array;
  /** Place in HEALTH_STATES plus 1, the worst being the least; 0: nothing was told. */
  readonly worst: Uint8Array;
}

const MOST = 0xffff;

/** How sensors did lately, from the counters that gateways tell of them. Lives in memory alone. */
export class SensorTrends {
  readonly #trends = new Map<SensorId, Trend>();

  /** `at`: epoch milliseconds of the api's clock. */
  hear(sensor: SensorId, state: HealthState, counters: SensorCounters, at: number): void {
    const step = Math.floor(at / TREND_STEP_MS);
    const trend = this.#trends.get(sensor) ?? this.#begin(sensor, step, counters);
    this.#turnTo(trend, step);
    const place = step % TREND_STEPS;
    const { last } = trend;
    const errors = grown(counters.misses, last.misses) + grown(counters.crcErrors, last.crcErrors);
    const due = grown(counters.frames, last.frames) + errors;
    add(trend.errors, place, errors);
    add(trend.due, place, due);
    const rank = HEALTH_STATES.indexOf(state) + 1;
    const before = trend.worst[place] ?? 0;
    trend.worst[place] = before === 0 ? rank : Math.min(before, rank);
    trend.last = counters;
  }

  /** TREND_STEPS steps, the one of `at` last. */
  of(sensor: SensorId, at: number): TrendStep[] {
    const trend = this.#trends.get(sensor);
    const last = Math.floor(at / TREND_STEP_MS);
    return Array.from({ length: TREND_STEPS }, (_, index): TrendStep => {
      const step = last - TREND_STEPS + 1 + index;
      const isKept = trend && step <= trend.step && step > trend.step - TREND_STEPS;
      const place = step % TREND_STEPS;
      const rank = isKept ? (trend.worst[place] ?? 0) : 0;
      const worst = HEALTH_STATES[rank - 1];
      if (!isKept || worst === undefined) return { errorsPerThousand: null, worst: null };
      const due = trend.due[place] ?? 0;
      const errors = trend.errors[place] ?? 0;
      return { errorsPerThousand: due === 0 ? null : (1_000 * errors) / due, worst };
    });
  }

  /** Sensors that the site does not have any more are forgotten. */
  keepOnly(sensors: ReadonlySet<SensorId>): void {
    for (const sensor of this.#trends.keys()) {
      if (!sensors.has(sensor)) this.#trends.delete(sensor);
    }
  }

  #begin(sensor: SensorId, step: number, counters: SensorCounters): Trend {
    const trend = {
      step,
      last: counters,
      due: new Uint16Array(TREND_STEPS),
      errors: new Uint16Array(TREND_STEPS),
      worst: new Uint8Array(TREND_STEPS),
    };
    this.#trends.set(sensor, trend);
    return trend;
  }

  #turnTo(trend: Trend, step: number): void {
    // A clock that was set back: what was told before is of another time.
    if (step < trend.step) trend.step = step - TREND_STEPS;
    for (let next = Math.max(trend.step + 1, step - TREND_STEPS + 1); next <= step; next += 1) {
      const place = next % TREND_STEPS;
      trend.due[place] = 0;
      trend.errors[place] = 0;
      trend.worst[place] = 0;
    }
    trend.step = step;
  }
}

/** A gateway that started again counts from 0. */
const grown = (now: number, before: number): number => (now < before ? now : now - before);

function add(counts: Uint16Array, place: number, by: number): void {
  counts[place] = Math.min(MOST, (counts[place] ?? 0) + by);
}
