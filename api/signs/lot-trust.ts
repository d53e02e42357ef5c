import type { LotId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import type { SensorHealthReader } from '../state/sensor-health.ts';

/** A city has 100,000 sensors; their health changes in minutes. */
const KEPT_MS = 10_000;
/** A degraded sensor is believed, and not quite. Others' bays are unknown, and in no count. */
const DEGRADED = 0.6;

/** How far a lot's count may be trusted, 0 to 1: the mean over the sensors that are counted. */
export class LotTrust {
  readonly #sensors: Pick<SensorHealthReader, 'all'>;
  readonly #clock: Clock;
  #takenMs = Number.NEGATIVE_INFINITY;
  #trust: ReadonlyMap<LotId, number> = new Map();

  constructor(sensors: Pick<SensorHealthReader, 'all'>, clock: Clock) {
    this.#sensors = sensors;
    this.#clock = clock;
  }

  /** 1 where nothing was told of any sensor. */
  of(lot: LotId): number {
    const nowMs = this.#clock.monoMs();
    if (nowMs - this.#takenMs >= KEPT_MS) {
      this.#takenMs = nowMs;
      this.#trust = this.#taken();
    }
    return this.#trust.get(lot) ?? 1;
  }

  #taken(): ReadonlyMap<LotId, number> {
    const sums = new Map<LotId, { trust: number; sensors: number }>();
    for (const { lot, state } of this.#sensors.all()) {
      if (lot === null || (state !== 'ok' && state !== 'degraded')) continue;
      const sum = sums.get(lot) ?? { trust: 0, sensors: 0 };
      sum.trust += state === 'ok' ? 1 : DEGRADED;
      sum.sensors += 1;
      sums.set(lot, sum);
    }
    return new Map([...sums].map(([lot, { trust, sensors }]) => [lot, trust / sensors]));
  }
}
