import type { DriverTrait } from '#contract/driver.ts';
import type { Coupon, Discount, Tariff } from '#contract/tariff.ts';
import { amountOf } from './amount.ts';

/** A discount and a coupon as they are typed. */
export interface DiscountDraft {
  readonly for: DriverTrait;
  readonly percent: string;
}
export interface CouponDraft {
  readonly kind: Coupon['kind'];
  readonly amount: string;
}

export const discountDraftsOf = (discounts: readonly Discount[] = []): DiscountDraft[] =>
  discounts.map((discount) => ({ for: discount.for, percent: String(discount.percent) }));

export const couponDraftsOf = (coupons: readonly Coupon[] = []): CouponDraft[] =>
  coupons.map((coupon) => ({
    kind: coupon.kind,
    amount: String(coupon.kind === 'minutes' ? coupon.minutes : coupon.percent),
  }));

/** undefined: one of them is no percentage. */
export function discountsFrom(drafts: readonly DiscountDraft[]): Discount[] | undefined {
  const discounts = drafts.flatMap((draft) => {
    const percent = percentOf(draft.percent);
    return percent === undefined ? [] : [{ for: draft.for, percent }];
  });
  return discounts.length === drafts.length ? discounts : undefined;
}

/** undefined: one of them is no percentage, or no minutes. */
export function couponsFrom(drafts: readonly CouponDraft[]): Coupon[] | undefined {
  const coupons = drafts.flatMap(({ kind, amount }): Coupon[] => {
    if (kind === 'percent') {
      const percent = percentOf(amount);
      return percent === undefined ? [] : [{ kind, percent }];
    }
    const minutes = amountOf(amount, 1);
    return minutes ? [{ kind, minutes }] : [];
  });
  return coupons.length === drafts.length ? coupons : undefined;
}

/** Whom a tariff gives a discount, each once. */
export function discountedIn(tariff: Tariff | undefined): readonly DriverTrait[] {
  if (tariff?.kind !== 'charged') return [];
  return [...new Set(tariff.discounts?.map((discount) => discount.for))];
}

/** Whose discount is another one than before; undefined: nobody's. The first in the list. */
export function newlyDiscounted(before: Tariff, after: Tariff): DriverTrait | undefined {
  const bestIn = (tariff: Tariff, trait: DriverTrait) =>
    tariff.kind === 'charged'
      ? Math.max(
          0,
          ...(tariff.discounts ?? []).map((each) => (each.for === trait ? each.percent : 0)),
        )
      : 0;
  return [...discountedIn(after), ...discountedIn(before)].find(
    (trait) => bestIn(before, trait) !== bestIn(after, trait),
  );
}

function percentOf(text: string): number | undefined {
  const percent = amountOf(text, 1);
  return percent !== undefined && percent >= 1 && percent <= 100 ? percent : undefined;
}
