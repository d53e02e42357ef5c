import { isNear } from '../lots/card.ts';
import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { localView } from './local.ts';
import { ageText, effortLine, isPartial, stateLine } from './lot-lines.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';
import { pinOf, pinView } from './pin.ts';

const EMBEDDED_LOTS = 5;
const WALL_LOTS = 4;

/** For a shop's own page: the lots near its market, and the way to the whole page. */
export function embedView(model: PageModel): ViewElement[] {
  const { texts, market, language } = model;
  const path = market ? `/m/${market.market}` : '/';
  return [
    ...bandsView(model),
    h('h1', {}, titleOf(model)),
    lotsView(model, EMBEDDED_LOTS),
    h(
      'a',
      { class: 'open', href: `${path}?lang=${language}`, target: '_blank', rel: 'noopener' },
      texts.openPage,
    ),
  ];
}

/** For a shop's tablet or television: few lots, readable from across the room, nothing to press. */
export function wallView(model: PageModel): ViewElement[] {
  const { texts, market, format, at, connection } = model;
  return [
    ...bandsView(model),
    h(
      'div',
      { class: 'wall-head' },
      h('h1', {}, titleOf(model)),
      connection.kind === 'static'
        ? h('p', { class: 'wall-clock' }, texts.asOf(format.clock(at)))
        : h('p', { class: 'wall-clock' }, format.clock(at)),
    ),
    lotsView(model, WALL_LOTS),
    h(
      'div',
      { class: 'wall-code' },
      market && h('img', { src: `/m/${market.market}/qr.svg`, alt: texts.qr }),
      h('p', {}, texts.scan),
    ),
  ];
}

function titleOf({ market, site, local }: PageModel) {
  return localView(local(market ? market.name : site.name));
}

function bandsView({ texts, simulated, connection, format }: PageModel): ViewElement[] {
  const lost = connection.kind === 'lost';
  return [
    h('p', { class: 'band-simulated', hidden: !simulated }, texts.simulated),
    h(
      'p',
      { class: 'band-lost', role: 'alert', hidden: !lost },
      lost ? texts.lost(format.clock(connection.lastAt, true)) : '',
    ),
  ];
}

function lotsView(model: PageModel, most: number): ViewElement {
  const near = model.cards.filter(isNear);
  const shown = (near.length > 0 ? near : model.cards).slice(0, most);
  if (shown.length === 0) return h('p', {}, model.texts.noLots);
  return h(
    'ol',
    { class: 'small-lots' },
    shown.map((card) => lotView(card, model)),
  );
}

function lotView(card: Card, model: PageModel): ViewElement {
  const { texts, format, local } = model;
  const { lot, verdict } = card;
  const partial = isPartial(card);
  return h(
    'li',
    { class: 'small-lot', id: `lot-${lot.lot}` },
    pinView(pinOf(verdict, partial, texts, format)),
    h(
      'div',
      {},
      h('h2', {}, localView(local(lot.name))),
      h('p', { class: 'small-line' }, joined(stateLine(card, model))),
      h('p', { class: 'small-line' }, joined(effortLine(card, model).slice(0, 2))),
      partial && h('p', { class: 'small-line' }, texts.sensedOf(lot.sensedBays, lot.capacity)),
      h('p', { class: 'small-age' }, ageText(card, model)),
    ),
  );
}

const joined = (parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(' · ');
