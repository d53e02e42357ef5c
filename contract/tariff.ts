import type { DriverTrait } from './driver.ts';

/**
 * What a stay costs. Amounts are integers in the currency's minor unit (ISO 4217: won have none,
 * euro have cents). No schema library here.
 */
export type Tariff = { readonly kind: 'free' } | { readonly kind: 'unknown' } | ChargedTariff;

export interface ChargedTariff {
  readonly kind: 'charged';
  /** The first `baseMinutes` cost `baseMinor` together. */
  readonly baseMinutes: number;
  readonly baseMinor: number;
  /** Each begun unit of `addMinutes` after that costs `addMinor`. */
  readonly addMinutes: number;
  readonly addMinor: number;
  /** Most for the units that begin on one date at the lot. */
  readonly dayCapMinor?: number | undefined;
  /** A stay up to this long costs nothing ... */
  readonly freeMinutes?: number | undefined;
  /** ... and a longer one is charged from its beginning; `true`: only what goes beyond. */
  readonly freeMinutesStay?: boolean | undefined;
  /** The driver's best one counts; they do not add up. */
  readonly discounts?: readonly Discount[] | undefined;
  /** What a shop gives to its customers; one a stay. */
  readonly coupons?: readonly Coupon[] | undefined;
  /** A discounted price is rounded down to a multiple of this. */
  readonly roundDownMinor?: number | undefined;
}

export interface Discount {
  readonly for: DriverTrait;
  readonly percent: number;
}

/** `minutes`: that much of the stay is not counted; `percent`: that much off. */
export type Coupon =
  | { readonly kind: 'minutes'; readonly minutes: number }
  | { readonly kind: 'percent'; readonly percent: number };
