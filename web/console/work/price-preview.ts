import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ANY_CAR } from '#contract/driver.ts';
import type { DriverTrait } from '#contract/driver.ts';
import type { PriceOfStay } from '#contract/price.ts';
import type { Tariff } from '#contract/tariff.ts';
import { useDesk } from '../frame/desk.ts';
import { MINUTE_MS } from '../instants.ts';
import { dayOf, dayStartOf } from '../local-day.ts';
import { Choice } from '../parts/choice.ts';
import { discountedIn, newlyDiscounted } from './reduction-draft.ts';
import { PREVIEWED_MINUTES, pricesOf } from './prices.ts';
import { tariffFrom } from './tariff-draft.ts';
import type { TariffDraft } from './tariff-draft.ts';
import { workTexts } from './texts.ts';

/** What stays cost by the tariff that holds and by the one that is typed, while it is typed. */
export function PricePreview({
  before,
  draft,
}: {
  readonly before: Tariff;
  readonly draft: TariffDraft;
}): ComponentChildren {
  const { language, site, format, now } = useDesk();
  const texts = workTexts[language];
  const after = tariffFrom(withoutBlank(draft), before, site.currency);
  const [chosen, choose] = useState<DriverTrait | 'any'>();
  const discounted = [...new Set([...discountedIn(before), ...discountedIn(after)])];
  // Whose price changes is asked first: a discount that is typed changes nothing for any car.
  const first = (after && newlyDiscounted(before, after)) ?? 'any';
  const driver = chosen === 'any' || (chosen && discounted.includes(chosen)) ? chosen : first;
  const profile = driver === 'any' ? ANY_CAR : { traits: [driver] };
  const start = dayStartOf(dayOf(now(), site.timeZone), site.timeZone);
  const prices = (tariff: Tariff) => pricesOf(tariff, start, site.timeZone, profile);
  const [old, next] = [prices(before), after && prices(after)];
  const money = (minor: number) => (minor === 0 ? texts.free : format.money(minor));
  const words = (price: PriceOfStay | undefined) =>
    price === undefined
      ? texts.unknownPrice
      : price.withCoupon === undefined
        ? money(price.minor)
        : texts.withCoupon(money(price.minor), money(price.withCoupon.minor));
  const table = h(
    'table',
    { class: 'prices' },
    h('caption', {}, texts.preview),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, texts.stay),
        h('th', { scope: 'col', class: 'count' }, texts.before),
        h('th', { scope: 'col', class: 'count' }, texts.after),
      ),
    ),
    h(
      'tbody',
      {},
      PREVIEWED_MINUTES.map((minutes, at) => {
        const [was, is] = [words(old[at]), next ? words(next[at]) : '–'];
        return h(
          'tr',
          { key: minutes },
          h('th', { scope: 'row' }, format.duration(minutes * MINUTE_MS)),
          h('td', { class: 'count' }, was),
          h('td', { class: 'count' }, was === is ? is : h('strong', {}, is)),
        );
      }),
    ),
  );
  return [
    discounted.length > 0 &&
      Choice({
        label: texts.previewFor,
        value: driver,
        choices: [
          ['any' as const, texts.anyCar] as const,
          ...discounted.map((trait) => [trait, texts.traits[trait]] as const),
        ],
        choose,
      }),
    table,
  ];
}

/** A row that was just added says nothing yet: what the others do is shown meanwhile. */
const withoutBlank = (draft: TariffDraft): TariffDraft => ({
  ...draft,
  discounts: draft.discounts.filter(({ percent }) => percent.trim() !== ''),
  coupons: draft.coupons.filter(({ amount }) => amount.trim() !== ''),
});
