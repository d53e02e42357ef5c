import type { LatLngBounds, Map as LeafletMap, Point } from 'leaflet';
import type { Position } from '#contract/geo.ts';
import type { LotId } from '#contract/ids.ts';
import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { isPartial, stateText } from '../view/lot-lines.ts';
import { localView } from '../view/local.ts';
import { h } from '../view/node.ts';
import { patchChildren } from '../view/patch.ts';
import { pinOf, pinView } from '../view/pin.ts';
import type { Pin as PinFace } from '../view/pin.ts';
import type { SpokenText } from '../text/language.ts';
import { MARK_REACH_PX, markNear } from './lot-marks.ts';
import type { Mark } from './lot-marks.ts';
import { mercatorOf, worldPx } from './mercator.ts';
import { around, movedBy } from './room.ts';
import type { Box, Room } from './room.ts';
import { StandingElements } from './standing-elements.ts';

const PIN_PX = 48;
/** Where more stand, marks are no elements: then the list is the way to them by keyboard. */
const MOST_ELEMENTS = 60;
/** Beyond what the map shows, on each side, by this share of it pins stand ready. */
const READY = 0.5;

const MOST_EXTENTS = 500;

/** All that a pin says. */
interface Face {
  readonly lot: LotId;
  readonly pin: PinFace;
  readonly name: SpokenText;
  readonly state: string;
  readonly isSelected: boolean;
  readonly isFlag: boolean;
}

interface Pin {
  face: Face;
  mark: Mark;
  /** undefined: it is drawn, as a mark. */
  element: HTMLElement | undefined;
  /** What of the page lies on it leaves nothing of it to be seen. */
  isUnder: boolean;
  position: Position;
  /** All that it shows, as one text. */
  shown: string;
  /** Pins of one look are of one size. */
  look: string;
  /** Look and place. */
  key: string;
}

/** A pin where it stands on the map, to be arranged. */
interface Placed {
  readonly pin: Pin;
  readonly look: string;
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
  /** Other marks are to be drawn. */
  readonly marksChanged: () => void;
}

/** Sign and word of a pin, from its point. */
interface Extent {
  readonly sign: Box;
  readonly word: Box | undefined;
}

const UNMEASURED: Extent = { sign: around(0, 0, PIN_PX / 2), word: undefined };

/**
 * One pin a lot: sign, word and shape as in the list, a button for keyboard and finger. Lots far
 * from what the map shows have none: a city has hundreds, and the list has them all. Where many
 * stand, those that shrink to marks are left to a canvas.
 */
export class LotPins {
  readonly #map: LeafletMap;
  readonly #places: PinPlaces;
  readonly #standing: StandingElements;
  readonly #pins = new Map<LotId, Pin>();
  readonly #extents = new Map<string, Extent>();
  /** Within these all pins are there. */
  #ready: LatLngBounds | undefined;
  #marks: readonly Mark[] = [];
  #marksKey = '';
  #wasDragged = false;

  constructor(map: LeafletMap, places: PinPlaces, choose: (lot: LotId) => void) {
    this.#map = map;
    this.#places = places;
    this.#standing = new StandingElements(map, 'lots', 600);
    const { pane } = this.#standing;
    // Until they are arranged for the first time, so that none is seen to grow.
    pane.style.visibility = 'hidden';
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
      if (pin?.element?.matches(':focus-visible') !== true) return;
      const [lng, lat] = pin.position;
      map.panInside([lat, lng], { padding: [PIN_PX, PIN_PX] });
    });
    map.on('click', ({ originalEvent, containerPoint }) => {
      const mark = lotOf(originalEvent) === undefined ? this.#markAt(containerPoint) : undefined;
      if (mark) choose(mark.lot);
    });
    map.on('mousemove', ({ originalEvent, containerPoint }) => {
      if (originalEvent.buttons !== 0) return;
      const isOn = this.#marks.length > 0 && this.#markAt(containerPoint) !== undefined;
      map.getContainer().classList.toggle('on-mark', isOn);
    });
  }

  /** Those that are no elements, the most wanted first. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  show(model: PageModel): void {
    const ready = this.#map.getBounds().pad(READY);
    this.#ready = ready;
    const gone = new Set(this.#pins.keys());
    for (const card of model.cards) {
      const { lot, position } = card.lot;
      if (this.#places.isHidden(card) && lot !== model.selected) continue;
      const at = this.#places.flagOf(lot) ?? position;
      const isKept = hasFocus(this.#pins.get(lot));
      if (!isKept && !ready.contains([at[1], at[0]])) continue;
      gone.delete(lot);
      this.#showOne(card, model, at);
    }
    for (const lot of gone) this.#remove(lot);
    for (const pin of this.#pins.values()) if (!this.#isMany) this.#stand(pin);
    this.#listMarks();
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
    for (const [rank, { pin, look, x, y }] of placed.entries()) {
      const extent = this.#extents.get(look) ?? UNMEASURED;
      const sign = movedBy(extent.sign, x, y);
      const isFirst = rank === 0 && hasChosen;
      pin.isUnder = !isFirst && room.isUnder(sign) && !hasFocus(pin);
      const isMark = !isFirst && (room.isTaken(sign) || !room.isWithin(sign));
      if (isMark && this.#isMany && !hasFocus(pin)) this.#lay(pin);
      else {
        const element = this.#stand(pin);
        element.classList.toggle('lot-pin-under', pin.isUnder);
        element.classList.toggle('lot-pin-mark', isMark);
        element.style.zIndex = String(isMark ? -1 - rank : placed.length - rank);
        if (extent.word && !isMark && !pin.isUnder)
          worded.push([element, movedBy(extent.word, x, y)]);
      }
      if (!pin.isUnder) room.take(isMark ? around(x, y, MARK_REACH_PX) : sign);
    }
    for (const [element, word] of worded) {
      const isFree = room.isFree(word);
      element.classList.toggle('lot-pin-wordless', !isFree);
      if (isFree) room.take(word);
    }
    this.#standing.pane.style.visibility = '';
    this.#listMarks();
  }

  measureAnew(): void {
    this.#extents.clear();
  }

  get #isMany(): boolean {
    return this.#pins.size > MOST_ELEMENTS;
  }

  #markAt(containerPoint: Point): Mark | undefined {
    const at = containerPoint.add(this.#map.getPixelBounds().min ?? [0, 0]);
    return markNear(this.#marks, at, worldPx(this.#map.getZoom()));
  }

  #listMarks(): void {
    const drawn = [...this.#pins.values()].filter((pin) => !pin.element && !pin.isUnder);
    const key = drawn.map((pin) => pin.key).join('\n');
    if (key === this.#marksKey) return;
    this.#marksKey = key;
    this.#marks = drawn.map(({ mark }) => mark);
    this.#places.marksChanged();
  }

  #placed(pin: Pin, fontSize: string): Placed {
    const [lng, lat] = pin.position;
    const { x, y } = this.#map.latLngToContainerPoint([lat, lng]);
    return { pin, look: `${pin.look} ${fontSize}`, x, y };
  }

  /** Each look once, at its full size; all are made ready before one is read. */
  #measure(placed: readonly Placed[]): void {
    if (this.#extents.size > MOST_EXTENTS) this.#extents.clear();
    const unknown = new Map(
      placed.filter(({ look }) => !this.#extents.has(look)).map(({ pin, look }) => [look, pin]),
    );
    const elements = [...unknown].map(([look, pin]) => [look, this.#stand(pin)] as const);
    for (const [, element] of elements)
      element.classList.remove('lot-pin-mark', 'lot-pin-wordless');
    for (const [look, element] of elements) {
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
    const pin = pinOf(verdict, isPartial(card), model.texts, model.format);
    const name = model.local(lot.name);
    const state = stateText(card, model);
    const isSelected = lot.lot === model.selected;
    const isFlag = at !== lot.position;
    const shown = [isSelected, isFlag, pin.classes, pin.glyph, pin.word, state, name.text].join(
      '\n',
    );
    const known = this.#pins.get(lot.lot);
    if (shown === known?.shown && at === known.position) return;
    // Every digit is as wide as any other.
    const glyph = pin.glyph.replaceAll(/\d/g, '0');
    const look = [isSelected, isFlag, pin.classes, glyph, pin.word].join(' ');
    const now: Pin = {
      face: { lot: lot.lot, pin, name, state, isSelected, isFlag },
      mark: {
        lot: lot.lot,
        look: verdict.look,
        isDelayed: verdict.delayed,
        at: mercatorOf(at),
      },
      position: at,
      shown,
      look,
      key: `${lot.lot} ${look} ${at.join()}`,
      element: known?.element,
      isUnder: known?.isUnder ?? false,
    };
    this.#pins.set(lot.lot, now);
    if (now.element) this.#show(now.element, now);
  }

  /** As an element, small until it is arranged: while the map moves it may stand where another does. */
  #stand(pin: Pin): HTMLElement {
    if (pin.element) return pin.element;
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'lot-pin lot-pin-mark';
    element.dataset['lot'] = pin.face.lot;
    pin.element = element;
    this.#show(element, pin);
    return element;
  }

  #show(element: HTMLElement, { face, position }: Pin): void {
    const { pin, name, state, isSelected, isFlag } = face;
    this.#standing.stand(element, position);
    // Pins that show nothing but a sign still say which lot they are, and how it stands.
    const said = h('span', { class: 'spoken' }, localView(name), `, ${state}`);
    patchChildren(element, [pinView(pin), said]);
    element.classList.toggle('lot-pin-selected', isSelected);
    element.classList.toggle('lot-pin-flag', isFlag);
    element.setAttribute('aria-pressed', String(isSelected));
  }

  /** No element: a mark on the canvas. */
  #lay(pin: Pin): void {
    if (pin.element) this.#standing.remove(pin.element);
    pin.element = undefined;
  }

  #remove(lot: LotId): void {
    const pin = this.#pins.get(lot);
    if (pin) this.#lay(pin);
    this.#pins.delete(lot);
  }
}

function hasFocus(pin: Pin | undefined): boolean {
  return pin?.element !== undefined && pin.element === document.activeElement;
}
