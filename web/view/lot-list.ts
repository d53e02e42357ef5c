import { isNear, NEAR_MINUTES } from '../lots/card.ts';
import type { Connection, PageModel } from '../page/model.ts';
import { lotItem } from './lot-item.ts';
import { h } from './node.ts';
import type { Child, ViewElement } from './node.ts';

/** The list's own part of the page: heading, state of the connection, lots, notes. */
export function listView(model: PageModel): ViewElement[] {
  const { texts, cards } = model;
  const near = cards.filter(isNear);
  const far = cards.filter((card) => !isNear(card));
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
    cards.length === 0
      ? h('p', { class: 'list-empty' }, texts.noLots)
      : h(
          'ol',
          { class: 'lots' },
          shown.map((card) => lotItem(card, model)),
        ),
    ...(folded.length === 0
      ? []
      : [
          h(
            'details',
            { class: 'farther', open: chosenFar ? true : undefined },
            h('summary', {}, texts.farther(folded.length, NEAR_MINUTES)),
            h(
              'ol',
              { class: 'lots', start: shown.length + 1 },
              folded.map((card) => lotItem(card, model)),
            ),
          ),
        ]),
    notesView(model),
  ];
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
