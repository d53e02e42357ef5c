import { isModbusKind } from '#contract/sensor-kind.ts';
import type { HealthReason, SensorHealth } from '#contract/health.ts';
import { gatewayUnknownMs } from '#contract/deadlines.ts';
import type { BayId } from '#contract/ids.ts';
import type { LineProperties, SensorProperties } from '#contract/site.ts';
import type { Log } from '#runtime/log.ts';
import { judgeLine, noLineFault } from './line-fault.ts';
import type { HealthParameters, Observation } from './observation.ts';
import { countersOf, isBelieved, isSilent, newHealth, observe } from './sensor-health.ts';
import type { HealthOfSensor } from './sensor-health.ts';

export interface LineHealthOptions {
  readonly line: Pick<LineProperties, 'id' | 'sensors'>;
  readonly periodMs: number;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly log: Log;
  /** A sensor's state or reasons changed, or the line's: who is told waits for more of it. */
  readonly onChanged: () => void;
}

/** What is told of one line, its instants still by the monotonic clock. */
export interface LineHealthView {
  readonly lineFaultSince: number | undefined;
  readonly sensors: readonly SensorHealth[];
}

interface Watched extends Pick<SensorProperties, 'id' | 'bay'> {
  readonly parameters: HealthParameters;
  health: HealthOfSensor;
  /** The alarm that was logged, so that its end is logged too. */
  said: 'faulty' | 'offline' | undefined;
}

/** The health of one line's sensors, and of the line that they share. */
export class LineHealth {
  readonly #options: LineHealthOptions;
  readonly #sensors: ReadonlyMap<BayId, Watched>;
  #fault = noLineFault;

  constructor(options: LineHealthOptions) {
    this.#options = options;
    const { line, periodMs, startedAt } = options;
    const watched = ({ id, bay, kind }: SensorProperties): [BayId, Watched] => {
      const unknownMs = gatewayUnknownMs(periodMs);
      const parameters = { periodMs, unknownMs, polled: isModbusKind(kind) };
      return [bay, { id, bay, parameters, health: newHealth(startedAt), said: undefined }];
    };
    this.#sensors = new Map(line.sensors.map(watched));
  }

  /** `at`: monotonic milliseconds, never falling. */
  hear(bay: BayId, observation: Observation, at: number): void {
    const watched = this.#sensors.get(bay);
    if (!watched) return;
    const before = watched.health;
    watched.health = observe(before, observation, at, watched.parameters);
    if (isToldAlike(before, watched.health)) return;
    this.#options.onChanged();
  }

  /** What time alone tells, once a second or so. */
  look(at: number): void {
    for (const { bay } of this.#sensors.values()) this.hear(bay, { kind: 'tick' }, at);
    this.#lookAtLine(at);
    for (const watched of this.#sensors.values()) this.#say(watched);
  }

  isBelieved(bay: BayId): boolean {
    const watched = this.#sensors.get(bay);
    return watched === undefined || isBelieved(watched.health);
  }

  /** Whether anything, be it old, was heard within the deadline. */
  isAnswering(bay: BayId, at: number): boolean {
    const watched = this.#sensors.get(bay);
    if (watched?.health.answers.heardAt === undefined) return false;
    return at - watched.health.answers.heardAt <= watched.parameters.unknownMs;
  }

  view(): LineHealthView {
    return {
      lineFaultSince: this.#fault.since,
      sensors: [...this.#sensors.values()].map(({ id, bay, health }) => ({
        sensor: id,
        bay,
        state: health.state,
        reasons: this.#reasonsOf(health),
        since: health.since,
        counters: countersOf(health),
      })),
    };
  }

  #lookAtLine(at: number): void {
    const { log, onChanged } = this.#options;
    const sensors = [...this.#sensors.values()];
    const silent = sensors.filter(({ health, parameters }) =>
      isSilent(health, at, parameters),
    ).length;
    const before = this.#fault;
    this.#fault = judgeLine(before, { silent, sensors: sensors.length }, at);
    if ((before.since === undefined) === (this.#fault.since === undefined)) return;
    if (this.#fault.since === undefined) {
      const lastedMs = Math.round(at - (before.since ?? at));
      log.info({ lastedMs }, 'gateway.line.recovered');
    } else log.error({ silent, sensors: sensors.length }, 'gateway.line.fault');
    onChanged();
  }

  /** While the line is at fault, its sensors' silence is nobody's news. */
  #say(watched: Watched): void {
    const { log } = this.#options;
    const { health, id, bay, said } = watched;
    const reasons = this.#reasonsOf(health);
    const isAlarm = health.state === 'faulty' || health.state === 'offline';
    const isNews =
      isAlarm && health.answers.heardAt !== undefined && !reasons.includes('line_fault');
    if (isNews && said !== health.state) {
      watched.said = health.state;
      log.warn({ sensor: id, bay, reasons }, `gateway.sensor.${health.state}`);
    } else if (!isAlarm && said !== undefined) {
      watched.said = undefined;
      log.info({ sensor: id, bay, state: health.state }, 'gateway.sensor.recovered');
    }
  }

  #reasonsOf({ active }: HealthOfSensor): HealthReason[] {
    const hasFault = this.#fault.since !== undefined;
    return active.map(({ reason }) => (reason === 'silence' && hasFault ? 'line_fault' : reason));
  }
}

function isToldAlike(a: HealthOfSensor, b: HealthOfSensor): boolean {
  return (
    a.state === b.state &&
    a.active.length === b.active.length &&
    a.active.every(({ reason }, at) => b.active[at]?.reason === reason)
  );
}
