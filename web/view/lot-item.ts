import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { goView } from './go.ts';
import { classIcon } from './class-icon.ts';
import { localView } from './local.ts';
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
          chanceView(card, model),
          reservedView(card, model),
          ageView(card, model),
        ),
      ),
      (selected || model.connection.kind === 'static') && model.extra?.details(card, model),
    ),
    (model.pointed === lot.lot || selected) && goView(card, model),
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

/** What it will be like on arrival, in words; the number is in the fold. */
function chanceView(card: Card, { texts, trip }: PageModel): ViewElement | false {
  const { chance, usable, verdict } = card;
  const own = trip.driver.traits.length > 0 && usable !== undefined && usable !== verdict.vacant;
  const parts = [
    own && h('span', { class: 'part' }, texts.usableBays(usable)),
    chance && h('strong', { class: 'part' }, texts.chance(texts.chances[chance.word])),
    card.atArrival === 'closed' && h('span', { class: 'part' }, texts.closedAtArrival),
    !card.fits && h('span', { class: 'part' }, texts.tooTall),
  ].filter((part) => part !== false && part !== undefined);
  return parts.length > 0 && h('span', { class: 'lot-line lot-effort' }, parts);
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
