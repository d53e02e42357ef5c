import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { linksTo } from './go.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';

/** Everything else that one does with a lot, behind a fold. */
export function moreView(card: Card, model: PageModel): ViewElement {
  const { texts, local } = model;
  const { lot } = card;
  const [, ...others] = linksTo(card, model);
  const act = (name: string, text: string, data: Record<string, string>) =>
    h('button', { type: 'button', 'data-act': name, ...data }, text);
  return h(
    'details',
    { class: 'more' },
    h('summary', {}, texts.moreWays),
    h(
      'div',
      { class: 'more-ways' },
      others.map(({ app, href }) =>
        h('a', { href, rel: 'noreferrer', 'data-lot': lot.lot, 'data-app': app }, texts.apps[app]),
      ),
      act('show', texts.showThis, { 'data-lot': lot.lot }),
      act('share', texts.share, { 'data-lot': lot.lot }),
      lot.address && act('copy', texts.copyAddress, { 'data-text': local(lot.address).text }),
    ),
  );
}
