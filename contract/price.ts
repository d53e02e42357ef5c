import type { Calendar } from './calendar.ts';
import { isOneOf } from './driver.ts';
import type { DriverProfile } from './driver.ts';
import { lotTimeOf, stayTimesOf } from './hours.ts';
import type { LotPlan, PlaceTime } from './hours.ts';
import type { ChargedTariff, Coupon, Discount, Tariff } from './tariff.ts';

/**
 * The price of a stay, and how it came about. Rules: only minutes within the charged hours count;
 * the base and then whole begun units, each on the date on which it begins; a date costs at most
 * its cap; then the driver's best discount, then a coupon.
 */
export interface PriceOfStay {
  /** Without a coupon. */
  readonly minor: number;
  readonly chargedMinutes: number;
  /** Open and not charged. */
  readonly freeMinutes: number;
  /** Open, and nobody says whether they are charged: not in the price. */
  readonly unknownMinutes: number;
  /** Closed: no car may be there. */
  readonly closedMinutes: number;
  /** undefined: nothing was charged. */
  readonly units: Units | undefined;
  readonly discount: Discount | undefined;
  /** With the best coupon; undefined: there is none, or it changes nothing. */
  readonly withCoupon: { readonly coupon: Coupon; readonly minor: number } | undefined;
}

/** What the meter counted before discount and coupon. */
export interface Units {
  readonly baseMinor: number;
  readonly addCount: number;
  readonly addsMinor: number;
  /** What the day's cap took off; 0: nothing. */
  readonly cappedMinor: number;
}

export interface Stay {
  /** When the car arrives, epoch milliseconds. */
  readonly from: number;
  readonly minutes: number;
}

export type PricedLot = LotPlan & { readonly tariff: Tariff };

/** undefined: the tariff is not known, or nothing of the stay is known to be charged or free. */
export function priceOf(
  lot: PricedLot,
  stay: Stay,
  calendar: Calendar,
  driver: DriverProfile,
): PriceOfStay | undefined {
  return priceAlong(lot, stayTimesOf(stay.from, stay.minutes, calendar), driver);
}

/** The same over the stay's minutes, for many lots at once. */
export function priceAlong(
  lot: PricedLot,
  times: readonly PlaceTime[],
  driver: DriverProfile,
): PriceOfStay | undefined {
  const { tariff } = lot;
  if (tariff.kind === 'unknown') return undefined;
  const charged: string[] = [];
  const count = { free: 0, unknown: 0, closed: 0 };
  for (const time of times) {
    const lotTime = lotTimeOf(lot, time);
    if (lotTime === 'charged' && tariff.kind === 'charged') charged.push(time.date);
    // A lot that never charges does not begin to at some hour.
    else if (lotTime === 'closed') count.closed += 1;
    else if (lotTime === 'unknown' && tariff.kind === 'charged') count.unknown += 1;
    else count.free += 1;
  }
  if (charged.length + count.free === 0 && times.length > 0) return undefined;
  const shared = {
    chargedMinutes: charged.length,
    freeMinutes: count.free,
    unknownMinutes: count.unknown,
    closedMinutes: count.closed,
  };
  const nothing = { minor: 0, units: undefined, discount: undefined, withCoupon: undefined };
  if (tariff.kind === 'free') return { ...shared, ...nothing };
  const units = unitsOf(tariff, charged);
  const discount = bestDiscount(tariff, driver);
  const minor = discounted(totalOf(units), discount?.percent ?? 0, tariff);
  return {
    ...shared,
    minor,
    units: totalOf(units) === 0 ? undefined : units,
    discount: totalOf(units) === 0 ? undefined : discount,
    withCoupon: bestCoupon(tariff, charged, discount, minor),
  };
}

/** `dates`: for each charged minute the date it is on. */
function unitsOf(tariff: ChargedTariff, dates: readonly string[]): Units {
  const free = tariff.freeMinutes ?? 0;
  if (dates.length <= free) return { baseMinor: 0, addCount: 0, addsMinor: 0, cappedMinor: 0 };
  const counted = tariff.freeMinutesStay === true ? dates.slice(free) : dates;
  const perDate = new Map<string, number>();
  const charge = (date: string | undefined, minor: number) =>
    date !== undefined && perDate.set(date, (perDate.get(date) ?? 0) + minor);
  charge(counted[0], tariff.baseMinor);
  let addCount = 0;
  for (let at = tariff.baseMinutes; at < counted.length; at += tariff.addMinutes) {
    charge(counted[at], tariff.addMinor);
    addCount += 1;
  }
  const cap = tariff.dayCapMinor ?? Number.POSITIVE_INFINITY;
  let cappedMinor = 0;
  for (const minor of perDate.values()) cappedMinor += Math.max(0, minor - cap);
  return {
    baseMinor: tariff.baseMinor,
    addCount,
    addsMinor: addCount * tariff.addMinor,
    cappedMinor,
  };
}

const totalOf = ({ baseMinor, addsMinor, cappedMinor }: Units): number =>
  baseMinor + addsMinor - cappedMinor;

function bestDiscount(tariff: ChargedTariff, driver: DriverProfile): Discount | undefined {
  return tariff.discounts
    ?.filter((discount) => isOneOf(driver, discount.for))
    .toSorted((a, b) => b.percent - a.percent)[0];
}

/** Rounded down as the tariff says, else up to the next minor unit: never less than is asked for. */
function discounted(minor: number, percent: number, { roundDownMinor }: ChargedTariff): number {
  if (percent === 0) return minor;
  const hundredths = minor * (100 - percent);
  if (roundDownMinor === undefined) return Math.ceil(hundredths / 100);
  return Math.floor(hundredths / 100 / roundDownMinor) * roundDownMinor;
}

function bestCoupon(
  tariff: ChargedTariff,
  dates: readonly string[],
  discount: Discount | undefined,
  withoutMinor: number,
): PriceOfStay['withCoupon'] {
  let best: PriceOfStay['withCoupon'];
  for (const coupon of tariff.coupons ?? []) {
    const rest = coupon.kind === 'minutes' ? dates.slice(coupon.minutes) : dates;
    const after = discounted(totalOf(unitsOf(tariff, rest)), discount?.percent ?? 0, tariff);
    const minor = coupon.kind === 'percent' ? discounted(after, coupon.percent, tariff) : after;
    if (minor < (best?.minor ?? withoutMinor)) best = { coupon, minor };
  }
  return best;
}
