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

/** A pin where it stands on the map, to be arranged. */
interface Placed {
  readonly element: HTMLElement;
  readonly marked: Marker;
  /** Pins of one look are of one size. */
  readonly look: string;
  readonly x: number;
  readonly y: number;
}

export interface Standings {
  readonly placed: readonly Placed[];
  /** Whether the first one is the chosen lot. */
  readonly hasChosen: boolean;
  /** Another one: they must be arranged anew. */
  readonly key: string;
}

/** Sign and word of a pin, from its point. */
interface Extent {
  readonly sign: Box;
  readonly word: Box | undefined;
}

const UNMEASURED: Extent = { sign: around(0, 0, PIN_PX / 2), word: undefined };

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

  /** The pins in the order in which they take their places: chosen, pointed at, then the nearest. */
  standing({ cards, selected, pointed }: PageModel, fontSize: string): Standings {
    const rankOf = ({ lot: { lot }, verdict }: Card) =>
      lot === selected ? 0 : lot === pointed ? 1 : verdict.look === 'noLiveCount' ? 3 : 2;
    const ranked = cards.toSorted((a, b) => rankOf(a) - rankOf(b));
    const placed = ranked.flatMap(({ lot: { lot } }) => this.#placedOf(lot, fontSize) ?? []);
    const key = placed.map(({ look, x, y }) => `${look} ${x} ${y}`).join('\n');
    return { placed, hasChosen: selected !== undefined, key };
  }

  /**
   * Each takes its place before the next. A pin whose place is taken shrinks to a mark without a
   * word; its word alone is left out where only that would be covered; what lies under the page's
   * own buttons is hidden.
   */
  arrange({ placed, hasChosen }: Standings, room: Room): void {
    this.#measure(placed);
    const worded: (readonly [HTMLElement, Box])[] = [];
    for (const [rank, { element, marked, look, x, y }] of placed.entries()) {
      const extent = this.#extents.get(look) ?? UNMEASURED;
      const sign = movedBy(extent.sign, x, y);
      const isFirst = rank === 0 && hasChosen;
      const isUnder = !isFirst && room.isUnder(sign) && element !== document.activeElement;
      const isMark = !isFirst && (room.isTaken(sign) || !room.isWithin(sign));
      element.classList.toggle('lot-pin-under', isUnder);
      element.classList.toggle('lot-pin-mark', isMark);
      marked.setZIndexOffset((isMark ? -1 - rank : placed.length - rank) * RANK_Z);
      if (isUnder) continue;
      room.take(isMark ? around(x, y, MARK_REACH_PX) : sign);
      if (extent.word && !isMark) worded.push([element, movedBy(extent.word, x, y)]);
    }
    for (const [element, word] of worded) {
      const isFree = room.isFree(word);
      element.classList.toggle('lot-pin-wordless', !isFree);
      if (isFree) room.take(word);
    }
  }

  measureAnew(): void {
    this.#extents.clear();
  }

  #placedOf(lot: LotId, fontSize: string): Placed | undefined {
    const marked = this.#pins.get(lot);
    const element = marked?.getElement();
    if (!marked || !element) return undefined;
    const { x, y } = this.#map.latLngToContainerPoint(marked.getLatLng());
    const sign = element.querySelector('.pin');
    const look = [
      element.matches('.lot-pin-selected'),
      element.matches('.lot-pin-flag'),
      sign?.className,
      // Every digit is as wide as any other.
      sign?.textContent?.replaceAll(/\d/g, '0'),
      element.querySelector('.pin-caption')?.textContent,
      fontSize,
    ].join(' ');
    return { element, marked, look, x, y };
  }

  /** Each look once, at its full size; all are made ready before one is read. */
  #measure(placed: readonly Placed[]): void {
    if (this.#extents.size > MOST_EXTENTS) this.#extents.clear();
    const unknown = new Map(
      placed.filter(({ look }) => !this.#extents.has(look)).map((pin) => [pin.look, pin]),
    );
    for (const { element } of unknown.values())
      element.classList.remove('lot-pin-mark', 'lot-pin-wordless');
    for (const [look, { element }] of unknown) {
      // Not from where the map has its point: an element may be told later where that is.
      const own = element.getBoundingClientRect();
      const boxOf = (selector: string) => {
        const part = element.querySelector(selector)?.getBoundingClientRect();
        return part && movedBy(part, -(own.left + own.right) / 2, -(own.top + own.bottom) / 2);
      };
      const sign = boxOf('.pin') ?? UNMEASURED.sign;
      this.#extents.set(look, { sign, word: boxOf('.pin-caption') });
    }
  }

  #showOne(card: Card, model: PageModel, flag: Position | undefined): void {
    const { lot, verdict } = card;
    const [lng, lat] = flag ?? lot.position;
    const marked = this.#markerOf(lot.lot);
    if (!marked.getLatLng().equals([lat, lng])) marked.setLatLng([lat, lng]);
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
