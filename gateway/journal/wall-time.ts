import type { Clock } from '#runtime/clock.ts';

/** The farthest that this clock may be from the api's and still be believed. */
const MOST_SKEW_MS = 300_000;
/** The two clocks are slewed together; farther apart than this, the wall clock was stepped. */
const STEP_MS = 250;

export type ClockDoubt = 'beforeBuild' | 'farFromApi';

/**
 * How this run's monotonic time becomes wall time: one offset for all, so that events and intervals
 * fit together, taken anew when the wall clock is stepped. Only a gateway stamps.
 */
export class WallTime {
  readonly #clock: Clock;
  readonly #builtAt: number;
  #offsetMs: number | undefined;
  #apiOffsetMs: number | undefined;

  constructor(clock: Clock, builtAt: number) {
    this.#clock = clock;
    this.#builtAt = builtAt;
    this.check();
  }

  /** Why the clock is not believed; undefined when it is. */
  get doubt(): ClockDoubt | undefined {
    const now = this.#clock.wallMs();
    if (now < this.#builtAt) return 'beforeBuild';
    const api = this.#apiOffsetMs;
    if (api === undefined) return undefined;
    return Math.abs(now - this.#clock.monoMs() - api) > MOST_SKEW_MS ? 'farFromApi' : undefined;
  }

  /** For what leaves at once and is never kept; else see `offsetMs`. */
  wallOf(monoMs: number): number {
    return Math.max(0, Math.round(monoMs + (this.#offsetMs ?? this.#presentMs())));
  }

  /** Whole milliseconds; undefined until the clock was believed once. */
  get offsetMs(): number | undefined {
    return this.#offsetMs;
  }

  /** Says whether the offset is a new one: intervals that are already published end then. */
  check(): 'kept' | 'changed' {
    if (this.doubt !== undefined) return 'kept';
    const present = this.#presentMs();
    if (this.#offsetMs !== undefined && Math.abs(present - this.#offsetMs) <= STEP_MS)
      return 'kept';
    this.#offsetMs = present;
    return 'changed';
  }

  /** The api's announced time, as heard now. */
  hearApi(apiAt: number): void {
    this.#apiOffsetMs = apiAt - this.#clock.monoMs();
  }

  #presentMs(): number {
    return Math.round(this.#clock.wallMs() - this.#clock.monoMs());
  }
}
