import { ONLY_TRIGGERED } from '#contract/registers.ts';
import type { Measurement, Senses } from './senses.ts';

const SEQ_MODULUS = 0x1_0000;

/**
 * A node's free-running sampling: a sample a period, numbered. Nothing runs in between; the sample
 * that is due is measured when somebody asks, as of its own instant, and stays what it was. A period
 * of 0: it samples when it is triggered and never by itself.
 */
export class Sampler {
  readonly #senses: Senses;
  #periodMs: number;
  /** The sample that everything since is counted from; never wraps, as `seq` on the wire does. */
  #baseCount: number;
  #baseAt: number;
  #taken: { readonly count: number; readonly measurement: Measurement } | undefined;

  constructor(senses: Senses, periodMs: number, at: number, seq = 0) {
    this.#senses = senses;
    this.#periodMs = periodMs;
    this.#baseCount = seq;
    this.#baseAt = at;
  }

  /** The latest sample at this instant of the monotonic clock. */
  sampleAt(at: number): { readonly seq: number; readonly measurement: Measurement } {
    const periods = this.#periodsUntil(at);
    const count = this.#baseCount + periods;
    if (this.#taken?.count !== count) {
      const measuredAt = this.#baseAt + periods * this.#periodMs;
      this.#taken = { count, measurement: this.#senses.measure(measuredAt) };
    }
    return { seq: count % SEQ_MODULUS, measurement: this.#taken.measurement };
  }

  /** Takes a sample now; the next follows a period later. */
  trigger(at: number): void {
    this.#baseCount += this.#periodsUntil(at) + 1;
    this.#baseAt = at;
  }

  /** The next sample follows one new period after the last. */
  setPeriod(periodMs: number, at: number): void {
    const periods = this.#periodsUntil(at);
    this.#baseCount += periods;
    this.#baseAt += periods * this.#periodMs;
    this.#periodMs = periodMs;
  }

  #periodsUntil(at: number): number {
    if (this.#periodMs === ONLY_TRIGGERED) return 0;
    return Math.max(0, Math.floor((at - this.#baseAt) / this.#periodMs));
  }
}
