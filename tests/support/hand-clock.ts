import type { Clock } from '#runtime/clock.ts';

/** A clock that stands still until it is moved; both of its times move together. */
export class HandClock implements Clock {
  #ms: number;

  constructor(startMs = 1_800_000_000_000) {
    this.#ms = startMs;
  }

  wallMs(): number {
    return this.#ms;
  }

  monoMs(): number {
    return this.#ms;
  }

  pass(ms: number): void {
    this.#ms += ms;
  }
}
