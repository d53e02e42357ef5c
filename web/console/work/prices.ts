import { calendarOf } from '#contract/calendar.ts';
import type { DriverProfile } from '#contract/driver.ts';
import { priceOf } from '#contract/price.ts';
import type { PriceOfStay } from '#contract/price.ts';
import type { Tariff } from '#contract/tariff.ts';

/** Stays by which a tariff is understood, in minutes: what drivers ask, and a day. */
export const PREVIEWED_MINUTES = [30, 60, 120, 240, 1_440] as const;

/**
 * What stays of a car cost by a tariff while it is charged; undefined: nobody knows. `from`: the
 * beginning of a day at the site, so that the longest stay is that day. The preview's only question.
 */
export function pricesOf(
  tariff: Tariff,
  from: number,
  timeZone: string,
  driver: DriverProfile,
): readonly (PriceOfStay | undefined)[] {
  const always = { openHours: 'always', chargedHours: 'always', outsideHours: 'unknown' } as const;
  const calendar = calendarOf(timeZone, []);
  return PREVIEWED_MINUTES.map((minutes) =>
    priceOf({ ...always, tariff }, { from, minutes }, calendar, driver),
  );
}
