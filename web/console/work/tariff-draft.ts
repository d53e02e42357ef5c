import type { Tariff } from '#contract/tariff.ts';
import { amountOf } from './amount.ts';
import { couponDraftsOf, couponsFrom, discountDraftsOf, discountsFrom } from './reduction-draft.ts';
import type { CouponDraft, DiscountDraft } from './reduction-draft.ts';

/** A tariff as it is typed: amounts in the currency's own unit, not in its smallest. */
export interface TariffDraft {
  readonly isFree: boolean;
  readonly base: string;
  readonly baseMinutes: string;
  readonly add: string;
  readonly addMinutes: string;
  readonly cap: string;
  readonly freeMinutes: string;
  readonly discounts: readonly DiscountDraft[];
  /** What a shop gives. */
  readonly coupons: readonly CouponDraft[];
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
    discounts: discountDraftsOf(charged?.discounts),
    coupons: couponDraftsOf(charged?.coupons),
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
  const [discounts, coupons] = [discountsFrom(draft.discounts), couponsFrom(draft.coupons)];
  if (discounts === undefined || coupons === undefined) return undefined;
  const {
    dayCapMinor: _cap,
    freeMinutes: _free,
    discounts: _discounts,
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
    ...(discounts.length > 0 && { discounts }),
    ...(coupons.length > 0 && { coupons }),
  };
}
