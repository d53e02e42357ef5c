import { distanceM } from '#contract/geo.ts';
import { appLinksOf, destinationOf } from '../handoff/link.ts';
import type { Card } from '../lots/card.ts';
import { isPrecise } from '../lots/walk.ts';
import type { PageModel } from '../page/model.ts';
import { h } from './node.ts';
import type { Child, ViewElement } from './node.ts';

/** The way to a lot: one black button, and what to do when it is full. */
export function goView(card: Card, model: PageModel): ViewElement | false {
  const { texts, local } = model;
  const { lot } = card;
  const name = local(lot.name).text;
  const destination = destinationOf(lot, name);
  const [first] = linksTo(card, model);
  if (!first) return false;
  return h(
    'div',
    { class: 'way' },
    h(
      'a',
      {
        class: 'go',
        href: first.href,
        rel: 'noreferrer',
        'aria-label': texts.directionsTo(name, texts.apps[first.app]),
        'data-lot': lot.lot,
        'data-app': first.app,
      },
      texts.directions,
      ' ',
      h('span', { class: 'go-app' }, texts.apps[first.app]),
    ),
    destination.position === undefined && h('p', { class: 'way-note' }, texts.roughPlace),
    planBView(card, model),
    model.connection.kind !== 'static' && model.extra?.more(card, model),
  );
}

export function linksTo({ lot }: Card, model: PageModel) {
  const destination = destinationOf(lot, model.local(lot.name).text);
  const opener = { platform: model.platform, pageUrl: model.pageUrl };
  return appLinksOf(model.site.handOff, destination, opener, model.app);
}

/** Lots farther apart than this are not "just there". */
const METRES_STEP = 10;

/** "만차면 → 신중앙시장 주차장 180 m": the metres only between places that are sure. */
export function planBText(card: Card, model: PageModel): string | undefined {
  const other = model.fallback(card);
  if (!other) return undefined;
  const sure = isPrecise(card.lot.positionQuality) && isPrecise(other.lot.positionQuality);
  const metres =
    METRES_STEP * Math.ceil(distanceM(card.lot.position, other.lot.position) / METRES_STEP);
  return model.texts.ifFull(
    model.local(other.lot.name).text,
    sure ? model.texts.metres(model.format.count(metres)) : '',
  );
}

function planBView(card: Card, model: PageModel): Child {
  const text = planBText(card, model);
  return text !== undefined && h('p', { class: 'way-note' }, text);
}
