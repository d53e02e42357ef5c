import { priceMinorOf } from '#contract/tariff.ts';
import type { Tariff } from '#contract/tariff.ts';

/** Stays by which a tariff is understood, in minutes: what drivers ask, and a day. */
export const PREVIEWED_MINUTES = [30, 60, 120, 240, 1_440] as const;

/** What stays cost by a tariff, in minor units; undefined: nobody knows. The preview's only question. */
export function pricesOf(tariff: Tariff): readonly (number | undefined)[] {
  return PREVIEWED_MINUTES.map((minutes) => priceMinorOf(tariff, minutes));
}
