import type { Measurement, Senses } from './senses.ts';

/** Below what a node warns of (4.5 V of 5 V). */
const LOW_SUPPLY_MV = 4_200;

/** Sensors that may hang at one value or run out of supply; otherwise as they are. */
export class FaultySenses implements Senses {
  readonly #sound: Senses;
  #held: Measurement | undefined;
  isSupplyLow = false;

  constructor(sound: Senses) {
    this.#sound = sound;
  }

  /** Hangs at the value of this instant. */
  hold(at: number): void {
    this.#held = this.#sound.measure(at);
  }

  mend(): void {
    this.#held = undefined;
    this.isSupplyLow = false;
  }

  settledDistanceMm(at: number): number {
    return this.#sound.settledDistanceMm(at);
  }

  measure(at: number): Measurement {
    const measurement = this.#held ?? this.#sound.measure(at);
    if (!this.isSupplyLow) return measurement;
    return { ...measurement, supplyMv: LOW_SUPPLY_MV, supplyLow: true };
  }
}
