import type { Map as LeafletMap } from 'leaflet';
import type { Position } from '#contract/geo.ts';
import type { PageModel } from '../page/model.ts';
import type { Box, Room } from './room.ts';
import { StandingElements } from './standing-elements.ts';

const SIDES = ['right', 'left', 'above', 'below'] as const;
type Side = (typeof SIDES)[number];
/** From the dot's middle to its name. */
const GAP_PX = 11;

interface Label {
  readonly dot: HTMLElement;
  readonly position: Position;
  readonly name: HTMLElement;
  readonly isChosen: boolean;
  /** In pixels; read once for a font. */
  size?: readonly [width: number, height: number] | undefined;
}

/** Where people want to go: a dot and a name each, nothing to press. */
export class MarketLabels {
  readonly #map: LeafletMap;
  readonly #standing: StandingElements;
  #labels: readonly Label[] = [];
  #shown = '';

  constructor(map: LeafletMap) {
    this.#map = map;
    // Under the pins.
    this.#standing = new StandingElements(map, 'markets', 590);
    this.#standing.pane.style.pointerEvents = 'none';
  }

  show({ markets, market, site, local }: PageModel): void {
    const key = `${site.revision} ${market?.market ?? ''}`;
    if (key === this.#shown) return;
    this.#shown = key;
    for (const { dot } of this.#labels) this.#standing.remove(dot);
    this.#labels = markets.map((each) => {
      const name = document.createElement('span');
      const { text, lang } = local(each.name);
      name.textContent = text;
      if (lang !== undefined) name.lang = lang;
      const isChosen = each === market;
      const dot = document.createElement('div');
      dot.className = `market-label${isChosen ? '' : ' market-other'}`;
      dot.append(name);
      this.#standing.stand(dot, each.position);
      return { dot, position: each.position, name, isChosen };
    });
  }

  /** Another one: they must be arranged anew. */
  get key(): string {
    return this.#shown;
  }

  /**
   * The chosen market's name first. A name stands on the first side of its dot where it can be read
   * whole; else there is the dot.
   */
  arrange(room: Room): void {
    // All are read before one is written.
    for (const each of this.#labels) each.size ??= [each.name.offsetWidth, each.name.offsetHeight];
    for (const chosen of [true, false])
      for (const each of this.#labels) if (each.isChosen === chosen) this.#place(each, room);
  }

  measureAnew(): void {
    for (const each of this.#labels) each.size = undefined;
  }

  #place({ position: [lng, lat], name, size = [0, 0] }: Label, room: Room): void {
    const { x, y } = this.#map.latLngToContainerPoint([lat, lng]);
    const boxes = SIDES.map((side) => [side, boxAt(side, x, y, ...size)] as const);
    const found = boxes.find(([, box]) => room.isFree(box));
    name.dataset['side'] = found ? found[0] : 'none';
    if (found) room.take(found[1]);
  }
}

function boxAt(side: Side, x: number, y: number, width: number, height: number): Box {
  const beside = side === 'right' || side === 'left';
  const left = beside ? (side === 'right' ? x + GAP_PX : x - GAP_PX - width) : x - width / 2;
  const top = beside ? y - height / 2 : side === 'above' ? y - GAP_PX - height : y + GAP_PX;
  return { left, top, right: left + width, bottom: top + height };
}
