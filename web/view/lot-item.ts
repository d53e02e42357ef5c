import { destinationOf, directionsLink } from '../handoff/link.ts';
import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { classIcon } from './class-icon.ts';
import { localView } from './local.ts';
import { detailsView } from './lot-details.ts';
import { ageText, effortLine, isPartial, scopeText, stateLine } from './lot-lines.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';
import { pinOf, pinView } from './pin.ts';

export const itemIdOf = (lot: string): string => `lot-${lot}`;

/** One lot of the list: a fold whose head answers, whose inside explains; works without scripts. */
export function lotItem(card: Card, model: PageModel): ViewElement {
  const { texts, format } = model;
  const { lot, verdict } = card;
  const selected = model.selected === lot.lot;
  const name = model.local(lot.name);
  const scope = scopeText(card, model);
  return h(
    'li',
    { class: `lot${selected ? ' lot-selected' : ''}`, id: itemIdOf(lot.lot) },
    h(
      'details',
      { class: 'lot-fold', open: model.connection.kind === 'static' ? undefined : selected },
      h(
        'summary',
        {},
        pinView(pinOf(verdict, isPartial(card), texts, format)),
        h(
          'span',
          { class: 'lot-body' },
          model.answer === lot.lot && h('span', { class: 'lot-answer' }, texts.answer),
          h('h3', {}, localView(name)),
          line('lot-line', stateLine(card, model)),
          scope !== '' && line('lot-line', [scope]),
          line('lot-line lot-effort', effortLine(card, model)),
          reservedView(card, model),
          ageView(card, model),
        ),
      ),
      detailsView(card, model),
    ),
    model.pointed === lot.lot && goView(card, name.text, model),
  );
}

/** Parts that the style sheet puts dots between; a line breaks between parts, not inside one. */
function line(kind: string, parts: readonly string[]): ViewElement {
  const shown = parts.filter((part) => part !== '');
  return h(
    'span',
    { class: kind },
    shown.map((part) => [h('span', { class: 'part' }, part), ' ']),
  );
}

/** Only what can be had now; the fold's inside tells of the others. */
function reservedView({ reserved }: Card, { texts }: PageModel): ViewElement | false {
  const vacant = reserved.filter((each) => each.vacant > 0);
  if (vacant.length === 0) return false;
  return h(
    'span',
    { class: 'lot-reserved' },
    vacant.map(({ bayClass, vacant }) =>
      h(
        'span',
        { class: 'reserved' },
        classIcon(bayClass),
        texts.reserved(texts.classes[bayClass], vacant),
        ' ',
      ),
    ),
  );
}

function ageView(card: Card, model: PageModel): ViewElement | false {
  const age = ageText(card, model);
  const alarming = card.verdict.look === 'noData' || card.verdict.delayed;
  return age !== '' && h('span', { class: `lot-age${alarming ? ' lot-age-old' : ''}` }, age);
}

function goView({ lot }: Card, name: string, { site, texts }: PageModel): ViewElement | false {
  const href = directionsLink(site.handOff, destinationOf(lot, name));
  if (href === undefined) return false;
  const label = texts.directionsTo(name);
  return h('a', { class: 'go', href, rel: 'noreferrer', 'aria-label': label }, texts.directions);
}
