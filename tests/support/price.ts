import { calendarOf } from '#contract/calendar.ts';
import { ANY_CAR } from '#contract/driver.ts';
import { priceOf } from '#contract/price.ts';
import type { Tariff } from '#contract/tariff.ts';

/** What a stay costs at a Monday's midnight, charged all the time. */
export const priceMinorOf = (tariff: Tariff, minutes: number) =>
  priceOf(
    { tariff, openHours: 'always', chargedHours: 'always', outsideHours: 'unknown' },
    { from: Date.parse('2025-03-03T00:00Z'), minutes },
    calendarOf('UTC', []),
    ANY_CAR,
  )?.minor;
