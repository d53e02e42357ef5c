import { localTimeOf } from '#contract/calendar.ts';
import { keyOf, normalAt } from './chance.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const YEAR_MS = 365.2425 * DAY_MS;
/** Jeonju's year: mean 13.5 °C, warmest around 1 August (day 213), coldest half a year away. */
const YEAR_MEAN_C = 13.5;
const YEAR_SWING_C = 13.5;
const WARMEST_DAY = 213;
const WARMEST_MINUTE = 15 * 60;
/** One day differs from the next by less than a degree. */
const DAY_TO_DAY_C = 0.6;

/** Local time, without asking for the time zone more than once an hour of the street. */
export type MinuteOfDay = (at: number) => number;

export function openMinuteOfDay(timeZone: string): MinuteOfDay {
  let hour = Number.NaN;
  let aheadMs = 0;
  return (at) => {
    const now = Math.floor(at / HOUR_MS);
    if (now !== hour) {
      hour = now;
      const local = localTimeOf(now * HOUR_MS, timeZone).minuteOfDay;
      aheadMs = local * 60_000 - ((now * HOUR_MS) % DAY_MS);
    }
    return ((at + aheadMs + DAY_MS) % DAY_MS) / 60_000;
  };
}

export interface Air {
  /** °C at an instant of the street's clock. */
  airC(at: number): number;
  /** °C of a board that follows the air with this time constant (a low pass of first order). */
  boardC(at: number, lagMs: number): number;
}

/**
 * The air by hour and season: a cosine over the year, one over the local day, and a day's own
 * weather. `offsetC` moves all of it, `swingC` is half the difference of day and night.
 */
export function openAir(options: {
  readonly timeZone: string;
  readonly seed: number;
  readonly offsetC: number;
  readonly swingC: number;
}): Air {
  const { offsetC, swingC } = options;
  const minuteOfDay = openMinuteOfDay(options.timeZone);
  const key = keyOf(options.seed, 'air');
  let weatherDay = Number.NaN;
  let [today, tomorrow] = [0, 0];

  /** A day's own weather, eased into the next day's. */
  function weatherAt(at: number): number {
    const day = Math.floor(at / DAY_MS);
    if (day !== weatherDay) {
      [today, tomorrow] = [normalAt(key, day), normalAt(key, day + 1)];
      weatherDay = day;
    }
    const into = at / DAY_MS - day;
    const ease = into * into * (3 - 2 * into);
    return today * (1 - ease) + tomorrow * ease;
  }

  function slowC(at: number): number {
    const season = Math.cos((2 * Math.PI * (at - WARMEST_DAY * DAY_MS)) / YEAR_MS);
    return YEAR_MEAN_C + YEAR_SWING_C * season + DAY_TO_DAY_C * weatherAt(at) + offsetC;
  }

  const angleAt = (at: number) => (2 * Math.PI * (minuteOfDay(at) - WARMEST_MINUTE)) / 1_440;

  return {
    airC: (at) => slowC(at) + swingC * Math.cos(angleAt(at)),
    // A low pass makes a cosine smaller by √(1 + (ωτ)²) and late by arctan(ωτ), and shifts what is
    // slower by about τ.
    boardC: (at, lagMs) => {
      const turn = (2 * Math.PI * lagMs) / DAY_MS;
      const daily = Math.cos(angleAt(at) - Math.atan(turn)) / Math.sqrt(1 + turn * turn);
      return slowC(at - lagMs) + swingC * daily;
    },
  };
}
