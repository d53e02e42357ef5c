import type { Coupon, Tariff } from '#contract/tariff.ts';

/** A tariff as it is typed: amounts in the currency's own unit, not in its smallest. */
export interface TariffDraft {
  readonly isFree: boolean;
  readonly base: string;
  readonly baseMinutes: string;
  readonly add: string;
  readonly addMinutes: string;
  readonly cap: string;
  readonly freeMinutes: string;
  /** What a shop gives; empty: nothing. */
  readonly couponMinutes: string;
  readonly couponPercent: string;
}

/** How many digits the currency has behind the point: none for won, two for euro. */
function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 0;
}

export function draftOf(tariff: Tariff, currency: string): TariffDraft {
  const digits = digitsOf(currency);
  const money = (minor: number | undefined) =>
    minor === undefined ? '' : (minor / 10 ** digits).toFixed(digits);
  const charged = tariff.kind === 'charged' ? tariff : undefined;
  return {
    isFree: tariff.kind === 'free',
    base: money(charged?.baseMinor),
    baseMinutes: String(charged?.baseMinutes ?? 30),
    add: money(charged?.addMinor),
    addMinutes: String(charged?.addMinutes ?? 15),
    cap: money(charged?.dayCapMinor),
    freeMinutes: String(charged?.freeMinutes ?? 0),
    couponMinutes: couponText(charged?.coupons, 'minutes'),
    couponPercent: couponText(charged?.coupons, 'percent'),
  };
}

/** undefined: something of it is no number. What the form does not ask stays as it was. */
export function tariffFrom(
  draft: TariffDraft,
  before: Tariff,
  currency: string,
): Tariff | undefined {
  if (draft.isFree) return { kind: 'free' };
  const scale = 10 ** digitsOf(currency);
  const [base, add] = [amountOf(draft.base, scale), amountOf(draft.add, scale)];
  const cap = draft.cap.trim() === '' ? null : amountOf(draft.cap, scale);
  const [baseMinutes, addMinutes] = [amountOf(draft.baseMinutes, 1), amountOf(draft.addMinutes, 1)];
  const free = amountOf(draft.freeMinutes === '' ? '0' : draft.freeMinutes, 1);
  const isWhole = base !== undefined && add !== undefined && cap !== undefined;
  if (!isWhole || !baseMinutes || !addMinutes || free === undefined) return undefined;
  const coupons = couponsFrom(draft);
  if (coupons === undefined) return undefined;
  const {
    dayCapMinor: _cap,
    freeMinutes: _free,
    coupons: _coupons,
    ...kept
  } = before.kind === 'charged' ? before : { kind: 'charged' as const };
  return {
    ...kept,
    kind: 'charged',
    baseMinutes,
    baseMinor: base,
    addMinutes,
    addMinor: add,
    ...(cap !== null && { dayCapMinor: cap }),
    ...(free > 0 && { freeMinutes: free }),
    ...(coupons.length > 0 && { coupons }),
  };
}

/** A number of at least 0 that is whole in the smallest unit; digits may be grouped by commas. */
function amountOf(text: string, scale: number): number | undefined {
  const plain = text.trim().replaceAll(',', '');
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(plain)) return undefined;
  const minor = Number(plain) * scale;
  const whole = Math.round(minor);
  return Math.abs(minor - whole) < 1e-6 ? whole : undefined;
}

/** The first of a kind: a lot with two of one kind is one for the site file. */
function couponText(coupons: readonly Coupon[] | undefined, kind: Coupon['kind']): string {
  const found = coupons?.find((coupon) => coupon.kind === kind);
  if (found === undefined) return '';
  return String(found.kind === 'minutes' ? found.minutes : found.percent);
}

function couponsFrom({ couponMinutes, couponPercent }: TariffDraft): Coupon[] | undefined {
  const coupons: Coupon[] = [];
  if (couponMinutes.trim() !== '') {
    const minutes = amountOf(couponMinutes, 1);
    if (!minutes) return undefined;
    coupons.push({ kind: 'minutes', minutes });
  }
  if (couponPercent.trim() !== '') {
    const percent = amountOf(couponPercent, 1);
    if (!percent || percent > 100) return undefined;
    coupons.push({ kind: 'percent', percent });
  }
  return coupons;
}
