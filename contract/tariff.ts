/**
 * What a stay costs. Amounts are integers in the currency's minor unit (ISO 4217: won have none,
 * euro have cents). No schema library here.
 */
export type Tariff =
  | { readonly kind: 'free' }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'charged';
      /** The first `baseMinutes` cost `baseMinor` together. */
      readonly baseMinutes: number;
      readonly baseMinor: number;
      /** Each begun unit of `addMinutes` after that costs `addMinor`. */
      readonly addMinutes: number;
      readonly addMinor: number;
      readonly dayCapMinor?: number | undefined;
      /** A stay up to this long costs nothing; a longer one is charged from its beginning. */
      readonly freeMinutes?: number | undefined;
    };

/** The price of a stay within one day, charged all the time, without discount or coupon. */
export function priceMinorOf(tariff: Tariff, stayMinutes: number): number | undefined {
  if (tariff.kind === 'unknown') return undefined;
  if (tariff.kind === 'free' || stayMinutes <= (tariff.freeMinutes ?? 0)) return 0;
  const units = Math.max(0, Math.ceil((stayMinutes - tariff.baseMinutes) / tariff.addMinutes));
  const price = tariff.baseMinor + units * tariff.addMinor;
  return Math.min(price, tariff.dayCapMinor ?? Number.POSITIVE_INFINITY);
}
