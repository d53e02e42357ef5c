import type { LatLngBounds, Map as LeafletMap } from 'leaflet';
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
import { StandingElements } from './standing-elements.ts';

const PIN_PX = 48;
/** Half of a mark that shows shape and colour only. */
const MARK_REACH_PX = 9;
/** Beyond what the map shows, on each side, by this share of it pins stand ready. */
const READY = 0.5;

const MOST_EXTENTS = 500;

interface Pin {
  readonly element: HTMLElement;
  position: Position;
  /** All that it shows, as one text. */
  shown: string;
  /** Pins of one look are of one size. */
  look: string;
  /** Look and place. */
  key: string;
}

/** A pin where it stands on the map, to be arranged. */
interface Placed extends Pick<Pin, 'element' | 'look'> {
  readonly x: number;
  readonly y: number;
}

/** Pins in the order in which they take their places. */
export interface Standings {
  readonly pins: readonly Pin[];
  readonly fontSize: string;
  /** Whether the first one is the chosen lot. */
  readonly hasChosen: boolean;
  /** Another one, in the same view of the map: they must be arranged anew. */
  readonly key: string;
}

/** What decides where pins stand, and whether they are there. */
export interface PinPlaces {
  /** Where the pin stands while the lot's bays are drawn. */
  readonly flagOf: (lot: LotId) => Position | undefined;
  /** Left out for now. */
  readonly isHidden: (card: Card) => boolean;
}

/** Sign and word of a pin, from its point. */
interface Extent {
  readonly sign: Box;
  readonly word: Box | undefined;
}

const UNMEASURED: Extent = { sign: around(0, 0, PIN_PX / 2), word: undefined };

/**
 * One pin a lot: sign, word and shape as in the list, a button for keyboard and finger. Lots far
 * from what the map shows have none: a city has hundreds, and the list has them all.
 */
export class LotPins {
  readonly #map: LeafletMap;
  readonly #places: PinPlaces;
  readonly #standing: StandingElements;
  readonly #pins = new Map<LotId, Pin>();
  readonly #extents = new Map<string, Extent>();
  /** Within these all pins are there. */
  #ready: LatLngBounds | undefined;
  #wasDragged = false;

  constructor(map: LeafletMap, places: PinPlaces, choose: (lot: LotId) => void) {
    this.#map = map;
    this.#places = places;
    this.#standing = new StandingElements(map, 'lots', 600);
    const { pane } = this.#standing;
    const lotOf = ({ target }: Event) =>
      target instanceof Element
        ? target.closest<HTMLElement>('.lot-pin')?.dataset['lot']
        : undefined;
    map.on('dragstart', () => {
      this.#wasDragged = true;
    });
    pane.addEventListener('pointerdown', () => {
      this.#wasDragged = false;
    });
    pane.addEventListener('click', (event) => {
      const lot = lotOf(event);
      // A finger that moved the map chose nothing; a key (no clicks in its detail) always does.
      if (lot !== undefined && !(this.#wasDragged && event.detail > 0)) choose(lot as LotId);
    });
    // Two taps on a pin are no wish to see more of the map.
    pane.addEventListener('dblclick', (event) => event.stopPropagation());
    pane.addEventListener('focusin', (event) => {
      const pin = this.#pins.get(lotOf(event) as LotId);
      if (pin?.element.matches(':focus-visible') !== true) return;
      const [lng, lat] = pin.position;
      map.panInside([lat, lng], { padding: [PIN_PX, PIN_PX] });
    });
  }

  show(model: PageModel): void {
    const ready = this.#map.getBounds().pad(READY);
    this.#ready = ready;
    const gone = new Set(this.#pins.keys());
    for (const card of model.cards) {
      const { lot, position } = card.lot;
      if (this.#places.isHidden(card) && lot !== model.selected) continue;
      const at = this.#places.flagOf(lot) ?? position;
      const isKept = this.#pins.get(lot)?.element === document.activeElement;
      if (!isKept && !ready.contains([at[1], at[0]])) continue;
      gone.delete(lot);
      this.#showOne(card, model, at);
    }
    for (const lot of gone) this.#remove(lot);
  }

  /** Whether all pins are there of what the map shows now. */
  get isReady(): boolean {
    return this.#ready?.contains(this.#map.getBounds()) === true;
  }

  /** The pins in the order in which they take their places: chosen, pointed at, then the nearest. */
  standing({ cards, selected, pointed }: PageModel, fontSize: string): Standings {
    const rankOf = ({ lot: { lot }, verdict }: Card) =>
      lot === selected ? 0 : lot === pointed ? 1 : verdict.look === 'noLiveCount' ? 3 : 2;
    const ranked = cards
      .filter(({ lot: { lot } }) => this.#pins.has(lot))
      .toSorted((a, b) => rankOf(a) - rankOf(b));
    const pins = ranked.flatMap(({ lot: { lot } }) => this.#pins.get(lot) ?? []);
    const key = `${fontSize}\n${pins.map((pin) => pin.key).join('\n')}`;
    const hasChosen = selected !== undefined && this.#pins.has(selected);
    return { pins, fontSize, hasChosen, key };
  }

  /**
   * Each takes its place before the next. A pin whose place is taken shrinks to a mark without a
   * word; its word alone is left out where only that would be covered; what lies under the page's
   * own buttons is hidden.
   */
  arrange({ pins, fontSize, hasChosen }: Standings, room: Room): void {
    const placed = pins.map((pin) => this.#placed(pin, fontSize));
    this.#measure(placed);
    const worded: (readonly [HTMLElement, Box])[] = [];
    for (const [rank, { element, look, x, y }] of placed.entries()) {
      const extent = this.#extents.get(look) ?? UNMEASURED;
      const sign = movedBy(extent.sign, x, y);
      const isFirst = rank === 0 && hasChosen;
      const isUnder = !isFirst && room.isUnder(sign) && element !== document.activeElement;
      const isMark = !isFirst && (room.isTaken(sign) || !room.isWithin(sign));
      element.classList.toggle('lot-pin-under', isUnder);
      element.classList.toggle('lot-pin-mark', isMark);
      element.style.zIndex = String(isMark ? -1 - rank : placed.length - rank);
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

  #placed({ element, look, position: [lng, lat] }: Pin, fontSize: string): Placed {
    const { x, y } = this.#map.latLngToContainerPoint([lat, lng]);
    return { element, look: `${look} ${fontSize}`, x, y };
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

  #showOne(card: Card, model: PageModel, at: Position): void {
    const { lot, verdict } = card;
    const pin = this.#pinOf(lot.lot, at);
    this.#standing.stand(pin.element, at);
    const face = pinOf(verdict, isPartial(card), model.texts, model.format);
    const name = model.local(lot.name);
    const state = stateText(card, model);
    const isSelected = lot.lot === model.selected;
    const isFlag = at !== lot.position;
    const shown = [isSelected, isFlag, face.classes, face.glyph, face.word, state, name.text];
    const text = shown.join('\n');
    if (text === pin.shown && at === pin.position) return;
    pin.position = at;
    pin.shown = text;
    // Every digit is as wide as any other.
    const glyph = face.glyph.replaceAll(/\d/g, '0');
    pin.look = [isSelected, isFlag, face.classes, glyph, face.word].join(' ');
    pin.key = `${lot.lot} ${pin.look} ${at.join()}`;
    // Pins that show nothing but a sign still say which lot they are, and how it stands.
    const said = h('span', { class: 'spoken' }, localView(name), `, ${state}`);
    const { element } = pin;
    patchChildren(element, [pinView(face), said]);
    element.classList.toggle('lot-pin-selected', isSelected);
    element.classList.toggle('lot-pin-flag', isFlag);
    element.setAttribute('aria-pressed', String(isSelected));
  }

  #pinOf(lot: LotId, position: Position): Pin {
    const known = this.#pins.get(lot);
    if (known) return known;
    const element = document.createElement('button');
    element.type = 'button';
    // Small until it is arranged: while the map moves it may stand where another does.
    element.className = 'lot-pin lot-pin-mark';
    element.dataset['lot'] = lot;
    const pin = { element, position, shown: '', look: '', key: '' };
    this.#pins.set(lot, pin);
    return pin;
  }

  #remove(lot: LotId): void {
    const pin = this.#pins.get(lot);
    if (pin) this.#standing.remove(pin.element);
    this.#pins.delete(lot);
  }
}
