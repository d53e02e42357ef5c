import { Temporal } from 'temporal-polyfill';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';

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
    const local = at + this.#offsetMs(at);
    const weekday = (((Math.floor(local / DAY_MS) + FIRST_WEEKDAY) % 7) + 7) % 7;
    return { weekday, hour: Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS) };
  }

  /** ISO 8601 with the place's own offset, `2026-11-22T09:00:00.000+09:00`. */
  isoOf(at: number): string {
    const offsetMs = this.#offsetMs(at);
    const local = new Date(at + offsetMs).toISOString().slice(0, -1);
    return `${local}${offsetText(offsetMs)}`;
  }

  #offsetMs(at: number): number {
    if (at < this.#offset.from || at >= this.#offset.until) this.#offset = this.#offsetAt(at);
    return this.#offset.ms;
  }

  #offsetAt(at: number) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.#timeZone);
    const until =
      local.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    return { from: at, until, ms: local.offsetNanoseconds / 1e6 };
  }
}

/** Offsets of the past may have seconds, which ISO 8601 has no room for: they never do since 1972. */
function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A day of the place's calendar, `2026-11-22`: from its midnight to the next. */
export function localDay(day: string, timeZone: string): TimeWindow {
  const date = Temporal.PlainDate.from(day);
  const startOf = (of: Temporal.PlainDate) => of.toZonedDateTime(timeZone).epochMilliseconds;
  return { from: startOf(date), to: startOf(date.add({ days: 1 })) };
}
