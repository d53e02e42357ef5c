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

const PIN_PX = 48;

/** One pin a lot: sign, word and shape as in the list, a button for keyboard and finger. */
export class LotPins {
  readonly #group: LayerGroup;
  readonly #pins = new Map<LotId, Marker>();
  readonly #choose: (lot: LotId) => void;

  constructor(map: LeafletMap, choose: (lot: LotId) => void) {
    this.#group = layerGroup().addTo(map);
    this.#choose = choose;
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
    // What can be driven to stands before what says nothing.
    const weight = verdict.look === 'noLiveCount' ? -1_000 : 0;
    marked.setZIndexOffset(selected ? 2_000 : weight);
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
    const pin = marker([0, 0], { icon, riseOnHover: true });
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
