import type { Calendar } from '#contract/calendar.ts';
import { stayTimesOf } from '#contract/hours.ts';
import type { PlaceTime } from '#contract/hours.ts';
import { priceAlong } from '#contract/price.ts';
import type { PriceOfStay } from '#contract/price.ts';
import type { LotAnswer } from '#contract/http.ts';
import type { Trip } from './trip.ts';

const MINUTE_MS = 60_000;

interface Known {
  readonly times: readonly PlaceTime[];
  readonly driver: Trip['driver'];
  readonly price: PriceOfStay | undefined;
}

/** A page is drawn several times a second, a price changes by the minute: each is worked out once. */
const known = new WeakMap<LotAnswer, Known>();
let last: {
  readonly key: string;
  readonly calendar: Calendar;
  readonly times: PlaceTime[];
} | null = null;

/** The wall clock through a stay that begins at this instant; the same list within a minute. */
export function timesOf(from: number, minutes: number, calendar: Calendar): readonly PlaceTime[] {
  const key = `${Math.floor(from / MINUTE_MS)} ${minutes}`;
  if (last?.key !== key || last.calendar !== calendar) {
    last = { key, calendar, times: stayTimesOf(from, minutes, calendar) };
  }
  return last.times;
}

export function priceHere(
  lot: LotAnswer,
  times: readonly PlaceTime[],
  driver: Trip['driver'],
): PriceOfStay | undefined {
  const before = known.get(lot);
  if (before?.times === times && before.driver === driver) return before.price;
  const price = priceAlong(lot, times, driver);
  known.set(lot, { times, driver, price });
  return price;
}
