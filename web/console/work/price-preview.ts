import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { Tariff } from '#contract/tariff.ts';
import { useDesk } from '../frame/desk.ts';
import { MINUTE_MS } from '../instants.ts';
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
  const { language, site, format } = useDesk();
  const texts = workTexts[language];
  const after = tariffFrom(draft, before, site.currency);
  const [now, then] = [pricesOf(before), after && pricesOf(after)];
  const words = (price: number | undefined) =>
    price === undefined ? texts.unknownPrice : price === 0 ? texts.free : format.money(price);
  return h(
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
        const [old, next] = [words(now[at]), then ? words(then[at]) : '–'];
        return h(
          'tr',
          { key: minutes },
          h('th', { scope: 'row' }, format.duration(minutes * MINUTE_MS)),
          h('td', { class: 'count' }, old),
          h('td', { class: 'count' }, old === next ? next : h('strong', {}, next)),
        );
      }),
    ),
  );
}
