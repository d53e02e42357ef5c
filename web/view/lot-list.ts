import { isNear, NEAR_MINUTES } from '../lots/card.ts';
import type { Card } from '../lots/card.ts';
import type { Connection, PageModel } from '../page/model.ts';
import { arrivalsView } from './arrivals.ts';
import { lotItem } from './lot-item.ts';
import { h } from './node.ts';
import type { Child, ViewElement } from './node.ts';

type ItemOf = (card: Card, model: PageModel) => ViewElement;

/** The list's own part of the page: heading, state of the connection, lots, notes. */
export function listView(model: PageModel, itemOf: ItemOf = lotItem): ViewElement[] {
  return viewsOf(model, itemOf).filter((view) => view !== false);
}

function viewsOf(model: PageModel, itemOf: ItemOf): (ViewElement | false)[] {
  const { texts, cards } = model;
  const near = cards.filter(isNear);
  const far = cards.filter((card) => !isNear(card));
  const isStatic = model.connection.kind === 'static';
  const chosenFar = far.some(({ lot }) => lot.lot === model.selected);
  // Where nothing is near, a fold would hide all there is.
  const shown = near.length > 0 ? near : far;
  const folded = near.length > 0 ? far : [];
  return [
    h(
      'div',
      { class: 'list-head' },
      h('h2', { id: 'list-title' }, texts.order),
      connectionView(model),
    ),
    arrivalsView(model),
    model.yours !== undefined && (model.extra?.yours(model.yours, model) ?? false),
    cards.length === 0
      ? h('p', { class: 'list-empty' }, texts.noLots)
      : h(
          'ol',
          { class: 'lots' },
          shown.map((card) => itemOf(card, model)),
        ),
    folded.length > 0 &&
      fartherView(folded, model, {
        before: shown.length,
        listed: chosenFar || model.far,
        isStatic,
        itemOf,
      }),
    model.hidden > 0 && h('p', { class: 'list-hidden' }, texts.hiddenLots(model.hidden)),
    notesView(model),
  ];
}

interface Farther {
  /** So many stand before them. */
  readonly before: number;
  readonly listed: boolean;
  readonly isStatic: boolean;
  readonly itemOf: ItemOf;
}

/**
 * Lots that nobody calls near are many: they are written only when they are asked for, by a link
 * where no script runs.
 */
function fartherView(
  cards: readonly Card[],
  model: PageModel,
  { before, listed, isStatic, itemOf }: Farther,
): ViewElement {
  const { texts, market, language, trip } = model;
  const title = texts.farther(cards.length, NEAR_MINUTES);
  const lots = () =>
    h(
      'ol',
      { class: 'lots', start: before + 1 },
      cards.map((card) => itemOf(card, model)),
    );
  if (isStatic) {
    const path = market ? `/m/${market.market}` : '/';
    const href = `${path}?lang=${language}&in=${trip.arriveInMinutes}&far=1`;
    return h(
      'div',
      { class: 'farther' },
      listed ? h('h3', {}, title) : h('a', { class: 'farther-link', href }, title),
      listed && lots(),
    );
  }
  return h(
    'details',
    { class: 'farther', open: listed ? true : undefined },
    h('summary', {}, title),
    listed && lots(),
  );
}

/** On the server's page: when it was written, and a link to write it anew. */
function connectionView({ connection, texts, format, at }: PageModel): ViewElement {
  const kind: Connection['kind'] = connection.kind;
  const words: Record<typeof kind, Child> = {
    static: [texts.asOf(format.clock(at, true)), ' · ', h('a', { href: '' }, texts.reload)],
    connecting: texts.connecting,
    live: texts.live,
    polling: texts.polling,
    lost: texts.offline,
  };
  return h('span', { class: `feed feed-${kind}` }, words[kind]);
}

function notesView({ texts, site, local, language }: PageModel): ViewElement {
  const attribution = site.attribution && local(site.attribution);
  return h(
    'div',
    { class: 'notes' },
    h('p', {}, texts.countNote),
    h('p', {}, texts.walkNote),
    h('p', {}, h('a', { href: `/privacy?lang=${language}` }, texts.privacy)),
    attribution && h('p', { lang: attribution.lang }, attribution.text),
  );
}
