import { Temporal } from 'temporal-polyfill';
import { HOUR_MS } from '#contract/time.ts';

const DAY_MS = 24 * HOUR_MS;
/** 1970 began on a Thursday. */
const FIRST_WEEKDAY = 3;

/** A place's wall clock, fast where it is asked of many instants: it changes twice a year at most. */
export class WallClock {
  readonly #timeZone: string;
  #offset = { from: 0, until: 0, ms: 0 };

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** Weekday (0 Monday to 6 Sunday) and hour (0 to 23) at an instant. */
  at(at: number): { readonly weekday: number; readonly hour: number } {
    if (at < this.#offset.from || at >= this.#offset.until) this.#offset = this.#offsetAt(at);
    const local = at + this.#offset.ms;
    const weekday = (((Math.floor(local / DAY_MS) + FIRST_WEEKDAY) % 7) + 7) % 7;
    return { weekday, hour: Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS) };
  }

  #offsetAt(at: number) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.#timeZone);
    const until =
      local.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    return { from: at, until, ms: local.offsetNanoseconds / 1e6 };
  }
}
