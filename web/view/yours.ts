import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { linksTo } from './go.ts';
import { localView } from './local.ts';
import { ageText, isPartial, stateLine } from './lot-lines.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';
import { pinOf, pinView } from './pin.ts';

/** Back from the map app: the driver's lot first, how it stands now, and one tap to the other. */
export function yoursView(card: Card, model: PageModel): ViewElement {
  const { texts, format, local } = model;
  const other = card.worth === 'room' ? undefined : model.fallback(card);
  const [link] = other ? linksTo(other, model) : [];
  return h(
    'section',
    { class: 'yours', 'aria-label': texts.yours },
    h(
      'div',
      { class: 'yours-now' },
      pinView(pinOf(card.verdict, isPartial(card), texts, format)),
      h(
        'div',
        { role: 'status' },
        h('p', { class: 'lot-answer' }, texts.yours),
        h('h3', {}, localView(local(card.lot.name))),
        h('p', { class: 'yours-state' }, stateLine(card, model).join(' · ')),
      ),
    ),
    h('p', { class: 'lot-age' }, ageText(card, model)),
    other &&
      link &&
      h(
        'a',
        {
          class: 'go',
          href: link.href,
          rel: 'noreferrer',
          'data-lot': other.lot.lot,
          'data-app': link.app,
        },
        texts.insteadTo(local(other.lot.name).text),
      ),
    h('button', { type: 'button', class: 'plain', 'data-act': 'arrived' }, texts.arrived),
  );
}
