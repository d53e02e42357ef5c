import { divIcon, layerGroup, marker } from 'leaflet';
import type { LayerGroup, Map as LeafletMap, Marker } from 'leaflet';
import type { Position } from '#contract/geo.ts';
import type { LotId } from '#contract/ids.ts';
import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { isPartial, stateText } from '../view/lot-lines.ts';
import { localView } from '../view/local.ts';
import { h } from '../view/node.ts';
import { patchChildren } from '../view/patch.ts';
import { pinOf, pinView } from '../view/pin.ts';
import { around, movedBy } from './room.ts';
import type { Box, Room } from './room.ts';

const PIN_PX = 48;
/** Half of a mark that shows shape and colour only. */
const MARK_REACH_PX = 9;
/** Between the heights of two pins one upon the other: more than a map is high. */
const RANK_Z = 10_000;

const MOST_EXTENTS = 500;

/** A pin as it stands on the map, to be arranged. */
interface Standing {
  readonly element: HTMLElement;
  readonly marked: Marker;
  readonly x: number;
  readonly y: number;
  readonly sign: Box;
  readonly word: Box | undefined;
}

/** Sign and word of a pin, from its point. */
type Extent = Pick<Standing, 'sign' | 'word'>;

/** One pin a lot: sign, word and shape as in the list, a button for keyboard and finger. */
export class LotPins {
  readonly #group: LayerGroup;
  readonly #pins = new Map<LotId, Marker>();
  readonly #choose: (lot: LotId) => void;
  readonly #map: LeafletMap;
  readonly #extents = new Map<string, Extent>();

  constructor(map: LeafletMap, choose: (lot: LotId) => void) {
    this.#group = layerGroup().addTo(map);
    this.#choose = choose;
    this.#map = map;
  }

  /** `flagOf`: where the pin stands while the lot's bays are drawn. `hidden`: left out for now. */
  show(
    model: PageModel,
    flagOf: (lot: LotId) => Position | undefined,
    hidden: (card: Card) => boolean,
  ): void {
    const gone = new Set(this.#pins.keys());
    for (const card of model.cards) {
      const { lot } = card.lot;
      if (hidden(card) && lot !== model.selected) continue;
      gone.delete(lot);
      this.#showOne(card, model, flagOf(lot));
    }
    for (const lot of gone) this.#remove(lot);
  }

  /**
   * The chosen lot, the one that is pointed at, then the nearest: each takes its place before the
   * next. A pin whose place is taken shrinks to a mark without a word; its word alone is left out
   * where only that would be covered; what lies under the page's own buttons is hidden.
   */
  arrange({ cards, selected, pointed }: PageModel, room: Room): void {
    const rankOf = ({ lot: { lot }, verdict }: Card) =>
      lot === selected ? 0 : lot === pointed ? 1 : verdict.look === 'noLiveCount' ? 3 : 2;
    const ranked = cards.toSorted((a, b) => rankOf(a) - rankOf(b));
    const standing = ranked.flatMap(({ lot: { lot } }) => this.#standingOf(lot) ?? []);
    const worded: Standing[] = [];
    for (const [rank, pin] of standing.entries()) {
      const { element, marked, x, y, sign, word } = pin;
      const isFirst = rank === 0 && selected !== undefined;
      const isUnder = !isFirst && room.isUnder(sign) && element !== document.activeElement;
      const isMark = !isFirst && (room.isTaken(sign) || !room.isWithin(sign));
      element.classList.toggle('lot-pin-under', isUnder);
      element.classList.toggle('lot-pin-mark', isMark);
      marked.setZIndexOffset((isMark ? -1 - rank : standing.length - rank) * RANK_Z);
      if (isUnder) continue;
      room.take(isMark ? around(x, y, MARK_REACH_PX) : sign);
      if (word && !isMark) worded.push(pin);
    }
    for (const { element, word } of worded) {
      const isFree = word !== undefined && room.isFree(word);
      element.classList.toggle('lot-pin-wordless', !isFree);
      if (isFree) room.take(word);
    }
  }

  measureAnew(): void {
    this.#extents.clear();
  }

  #standingOf(lot: LotId): Standing | undefined {
    const marked = this.#pins.get(lot);
    const element = marked?.getElement();
    if (!marked || !element) return undefined;
    const { x, y } = this.#map.latLngToContainerPoint(marked.getLatLng());
    const { sign, word } = this.#extentOf(element, x, y);
    return { element, marked, x, y, sign: movedBy(sign, x, y), word: word && movedBy(word, x, y) };
  }

  /** Measured once for each look, at its full size. */
  #extentOf(element: HTMLElement, x: number, y: number): Extent {
    const sign = element.querySelector('.pin');
    const word = element.querySelector('.pin-caption');
    const key = [
      element.matches('.lot-pin-selected'),
      element.matches('.lot-pin-flag'),
      sign?.className,
      sign?.textContent,
      word?.textContent,
      getComputedStyle(document.documentElement).fontSize,
    ].join(' ');
    const known = this.#extents.get(key);
    if (known || !sign) return known ?? { sign: around(0, 0, PIN_PX / 2), word: undefined };
    element.classList.remove('lot-pin-mark', 'lot-pin-wordless');
    const origin = this.#map.getContainer().getBoundingClientRect();
    const boxOf = (part: Element) =>
      movedBy(part.getBoundingClientRect(), -origin.left - x, -origin.top - y);
    const extent = { sign: boxOf(sign), word: word ? boxOf(word) : undefined };
    // Every number that was ever shown: few, but not for ever.
    if (this.#extents.size > MOST_EXTENTS) this.#extents.clear();
    this.#extents.set(key, extent);
    return extent;
  }

  #showOne(card: Card, model: PageModel, flag: Position | undefined): void {
    const { lot, verdict } = card;
    const [lng, lat] = flag ?? lot.position;
    const marked = this.#markerOf(lot.lot);
    marked.setLatLng([lat, lng]);
    const element = marked.getElement();
    if (!element) return;
    const pin = pinOf(verdict, isPartial(card), model.texts, model.format);
    const name = model.local(lot.name);
    // Pins that show nothing but a sign still say which lot they are, and how it stands.
    const said = h('span', { class: 'spoken' }, localView(name), `, ${stateText(card, model)}`);
    patchChildren(element, [pinView(pin), said]);
    const selected = lot.lot === model.selected;
    element.classList.toggle('lot-pin-selected', selected);
    element.classList.toggle('lot-pin-flag', flag !== undefined);
    element.setAttribute('aria-pressed', String(selected));
  }

  #markerOf(lot: LotId): Marker {
    const known = this.#pins.get(lot);
    if (known) return known;
    const icon = divIcon({
      className: 'lot-pin',
      html: '',
      iconSize: [PIN_PX, PIN_PX],
      iconAnchor: [PIN_PX / 2, PIN_PX / 2],
    });
    const pin = marker([0, 0], { icon });
    pin.on('click', () => this.#choose(lot));
    // Leaflet makes a button of it for the finger only.
    pin.on('keydown', ({ originalEvent }) => {
      if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return;
      originalEvent.preventDefault();
      this.#choose(lot);
    });
    pin.addTo(this.#group);
    this.#pins.set(lot, pin);
    return pin;
  }

  #remove(lot: LotId): void {
    this.#pins.get(lot)?.remove();
    this.#pins.delete(lot);
  }
}
