import { latLng, latLngBounds, map as createMap } from 'leaflet';
import type { LatLng, Map as LeafletMap, Point } from 'leaflet';
import type { LotId } from '#contract/ids.ts';
import { isNear } from '../lots/card.ts';
import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { nextTask } from '../page/pace.ts';
import { parseBackdrop } from '../wire/backdrop.ts';
import { Backdrop } from './backdrop.ts';
import { BAY_ZOOM, BaysInView } from './bays-in-view.ts';
import type { BaySources } from './bays-in-view.ts';
import { addMapButtons } from './buttons.ts';
import { addCanvasLayer } from './canvas-layer.ts';
import type { CanvasLayer, Frame } from './canvas-layer.ts';
import { drawMarks } from './lot-marks.ts';
import { LotPins } from './lot-pins.ts';
import { MarketLabels } from './market-labels.ts';
import { paletteOf } from './palette.ts';
import { movedBy, Room } from './room.ts';
import type { Box } from './room.ts';
import { addTiles } from './tiles.ts';

export interface MapHooks extends Omit<BaySources, 'changed'> {
  readonly choose: (lot: LotId) => void;
  /** What the map's ground is drawn of; rejects when the server cannot be reached. */
  readonly fetchBackdrop: () => Promise<unknown>;
}

export interface LotMap {
  /** Makes what a slow phone takes long to make, a piece at a time; then `show` takes no longer than ever. */
  begin(): Promise<void>;
  show(model: PageModel): void;
  /** Nothing but states of bays is different; at the browser's next frame. */
  showBays(): void;
  /** Under a finger, or gliding after it. */
  readonly isMoving: boolean;
  /** Takes the reader to a lot, by flight unless they want less motion. */
  flyTo(lot: LotId): void;
}

/** At the first look at most this close, so that the way to the market is seen. */
const FIRST_ZOOM = 16;
/** Below this, lots that say nothing live only hide those that do. */
const ALL_LOTS_ZOOM = 15;
/** Room around the first look for what hangs over its edge. */
const PIN_ROOM_PX = 32;
const CAPTION_PX = 20;
/** The list's round edge lies on the map's lower end. */
const EDGE_PX = 14;
/** What of the page lies on the map. */
const ON_MAP =
  '.chooser > summary, .chooser > h1, .languages a, .map-buttons, .legend, .map-attribution';
/** A map that has stood still for so long rests, whether a finger is on it or not. */
const RESTS_MS = 1_000;
/** Lots that the first look must show. */
const FIRST_LOTS = 4;

/** Empty until it is shown a model. `area`: the map's region of the page, written by the server. */
export function openMap(area: HTMLElement, first: PageModel, hooks: MapHooks): LotMap {
  return new DrawnMap(area, first, hooks);
}

interface Laid {
  readonly room: Room;
  readonly at: Point | undefined;
  readonly zoom: number;
  readonly key: string;
}

/** What is seen of the map, what lies on it, and how large letters are. */
interface Screen {
  readonly seen: Box;
  readonly obstacles: readonly Box[];
  readonly fontSize: string;
}

class DrawnMap implements LotMap {
  readonly #area: HTMLElement;
  readonly #map: LeafletMap;
  readonly #pins: LotPins;
  readonly #labels: MarketLabels;
  readonly #bays: BaysInView;
  readonly #ground: CanvasLayer;
  readonly #bayLayer: CanvasLayer;
  readonly #marks: CanvasLayer;
  readonly #hooks: MapHooks;
  #backdrop: Backdrop | undefined;
  /** The last arrangement, and where the map stood. */
  #laid: Laid | undefined;
  #screen: Screen | undefined;
  /** Of whatever may lie otherwise on the map when its size is another. */
  readonly #around: ResizeObserver;
  #backdropOf = '';
  #movedAtMs = Number.NEGATIVE_INFINITY;
  #model: PageModel;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');

  constructor(area: HTMLElement, first: PageModel, hooks: MapHooks) {
    this.#area = area;
    this.#hooks = hooks;
    this.#model = first;
    const canvas = part(area, 'map-canvas');
    const { texts } = first;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', `${texts.map}: ${texts.mapKeys}`);
    this.#map = createMap(canvas, {
      attributionControl: false,
      zoomControl: false,
      // Drawn anew at once instead of stretched first: calm, and sharp all the way.
      zoomAnimation: false,
      fadeAnimation: false,
      markerZoomAnimation: false,
      // Pictures of tiles want whole zooms; what is drawn here fits any.
      zoomSnap: first.site.tiles?.kind === 'raster' ? 1 : 0.25,
      minZoom: 11,
      maxZoom: 20,
      maxBoundsViscosity: 1,
    });
    // First: the first look keeps clear of them.
    addMapButtons(part(area, 'map-buttons'), texts, {
      in: () => this.#map.zoomIn(),
      out: () => this.#map.zoomOut(),
      market: () => this.#goToMarket(),
    });
    this.#goToMarket();
    this.#ground = addCanvasLayer(this.#map, 'ground', 150, {
      isEmpty: () => this.#backdrop === undefined,
      draw: (frame) =>
        this.#backdrop?.draw(frame, paletteOf(area), (box) => this.#hasRoom(box, frame)),
    });
    this.#bayLayer = addCanvasLayer(this.#map, 'bays', 350, {
      isEmpty: (zoom) => zoom < BAY_ZOOM || !this.#bays.any,
      draw: (frame) => this.#bays.draw(frame, paletteOf(area)),
      mend: () => this.#bays.mend(),
    });
    this.#labels = new MarketLabels(this.#map);
    const places = {
      flagOf: (lot: LotId) => this.#bays.flagOf(lot),
      isHidden: (card: Card) => this.#isHidden(card),
      marksChanged: () => this.#marks.redraw(),
    };
    // Under the pins, over the markets' names.
    this.#marks = addCanvasLayer(this.#map, 'marks', 595, {
      isEmpty: () => this.#pins.marks.length === 0,
      draw: (frame) => drawMarks(frame, paletteOf(area), this.#pins.marks),
    });
    this.#pins = new LotPins(this.#map, places, hooks.choose);
    this.#bays = new BaysInView(this.#map, { ...hooks, changed: () => this.show(this.#model) });
    this.#map.on('zoomend resize', () => this.show(this.#model));
    this.#map.on('move', () => {
      this.#movedAtMs = performance.now();
      if (!this.#pins.isReady) this.#pins.show(this.#model);
    });
    this.#map.on('moveend', () => {
      this.#movedAtMs = Number.NEGATIVE_INFINITY;
      this.#pins.show(this.#model);
      this.#arrange();
    });
    // Words are as wide as their font makes them.
    document.fonts.addEventListener('loadingdone', () => {
      this.#measureAnew();
      this.#bayLayer.redraw();
    });
    for (const colours of [this.#dark, matchMedia('(forced-colors: active)')])
      colours.addEventListener('change', () => {
        for (const each of [this.#ground, this.#bayLayer, this.#marks]) each.redraw();
      });
    new ResizeObserver(() => this.#map.invalidateSize()).observe(canvas);
    this.#around = new ResizeObserver(() => this.#arrangeAnew());
  }

  async begin(): Promise<void> {
    this.#labels.show(this.#model);
    this.#bays.show(this.#model.lots);
    await nextTask();
    this.#pins.show(this.#model);
    // What is read then has been laid out.
    await nextTask({ afterFrame: true });
  }

  show(model: PageModel): void {
    this.#model = model;
    const { site } = model;
    if (site.revision !== this.#backdropOf) {
      this.#backdropOf = site.revision;
      void this.#loadGround();
      // Other elements, perhaps, in the place of those that were watched.
      this.#around.disconnect();
      for (const each of [this.#area, ...document.querySelectorAll(`#bands, ${ON_MAP}`)])
        this.#around.observe(each);
      this.#screen = undefined;
    }
    this.#labels.show(model);
    this.#bays.show(model.lots);
    this.#pins.show(model);
    this.#area.classList.toggle('with-bays', this.#bays.any);
    this.#area.classList.toggle('with-private-bays', this.#bays.anyPrivate);
    // Else it is done where the map comes to rest.
    if (!this.isMoving) this.#arrange();
    this.#bayLayer.mend();
  }

  get isMoving(): boolean {
    return performance.now() - this.#movedAtMs < RESTS_MS;
  }

  showBays(): void {
    this.#bayLayer.mend();
  }

  flyTo(lot: LotId): void {
    const card = this.#model.cards.find((each) => each.lot.lot === lot);
    if (!card) return;
    const zoom = Math.max(BAY_ZOOM, this.#map.getZoom());
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    // To the middle of what the bar leaves free.
    const middle = this.#map.project(placeOf(card.lot), zoom).subtract([0, this.#barPx() / 2]);
    const to = this.#map.unproject(middle, zoom);
    this.#map.flyTo(to, zoom, { animate: !still, duration: 0.6 });
  }

  /** Whether a street's name may stand here; while the map moves, by the last arrangement. */
  #hasRoom(box: Box, { left, top, zoom }: Frame): boolean {
    if (!this.#laid?.at || this.#laid.zoom !== zoom) return true;
    const { room, at } = this.#laid;
    return room.isFree(movedBy(box, left - at.x, top - at.y));
  }

  #isHidden(card: Card): boolean {
    const silent = card.verdict.look === 'noLiveCount' && !isNear(card);
    return silent && this.#map.getZoom() < ALL_LOTS_ZOOM;
  }

  #goToMarket(): void {
    const { market, cards } = this.#model;
    const near = cards.filter(isNear).slice(0, FIRST_LOTS);
    const places = (near.length > 0 ? near : cards).map((card) => placeOf(card.lot));
    if (market) places.push(placeOf(market));
    const [only] = places;
    if (!only) return void this.#map.setView([0, 0], 2);
    const buttons = part(this.#area, 'map-buttons').getBoundingClientRect();
    const buttonsPx = this.#area.getBoundingClientRect().right - buttons.left;
    this.#map.fitBounds(latLngBounds(places), {
      paddingTopLeft: [PIN_ROOM_PX, PIN_ROOM_PX + this.#barPx()],
      paddingBottomRight: [PIN_ROOM_PX + buttonsPx, PIN_ROOM_PX + CAPTION_PX + EDGE_PX],
      maxZoom: FIRST_ZOOM,
      animate: false,
    });
  }

  /**
   * Gives pins first, then words, a place where nothing covers them; unless all of them and what
   * lies on the map are as they were: a number that changes moves nothing.
   */
  #arrange(): void {
    this.#screen ??= this.#measureScreen();
    const { seen, obstacles, fontSize } = this.#screen;
    const pins = this.#pins.standing(this.#model, fontSize);
    const at = this.#map.getPixelBounds().min;
    const zoom = this.#map.getZoom();
    const key = JSON.stringify([this.#screen, at, zoom, pins.key, this.#labels.key]);
    if (key === this.#laid?.key) return;
    const room = new Room(seen, obstacles);
    this.#pins.arrange(pins, room);
    this.#labels.arrange(room);
    this.#laid = { room, at, zoom, key };
    this.#ground.redraw();
  }

  #arrangeAnew(): void {
    this.#screen = undefined;
    this.#arrange();
  }

  /** Widths of words are others now. */
  #measureAnew(): void {
    this.#pins.measureAnew();
    this.#labels.measureAnew();
    this.#laid = undefined;
    this.#arrangeAnew();
  }

  /** Costly while the page is being changed: kept until something of it has another size. */
  #measureScreen(): Screen {
    const { left, top, width, height } = this.#area.getBoundingClientRect();
    const obstacles = [...document.querySelectorAll(ON_MAP)]
      .map((each) => each.getBoundingClientRect())
      .filter((box) => box.width > 0)
      .map((box) => movedBy(box, -left, -top));
    const seen = { left: 0, top: 0, right: width, bottom: height - EDGE_PX };
    return { seen, obstacles, fontSize: getComputedStyle(document.documentElement).fontSize };
  }

  /** How much of the map's top lies under the page's bar: on a phone, all of the bar. */
  #barPx(): number {
    const bar = document.querySelector('.bar')?.getBoundingClientRect();
    const { top, left } = this.#area.getBoundingClientRect();
    return bar && bar.right > left ? Math.max(0, bar.bottom - top) : 0;
  }

  /** Never rejects: a map without its ground still shows where things are. */
  async #loadGround(): Promise<void> {
    const { site, language, local } = this.#model;
    const credit = part(this.#area, 'map-attribution');
    credit.hidden = site.tiles === undefined;
    if (site.tiles) {
      credit.textContent = site.tiles.attribution;
      await Promise.allSettled([
        addTiles(this.#map, site.tiles, { language, dark: this.#dark.matches }),
      ]);
      return;
    }
    const [answer] = await Promise.allSettled([this.#hooks.fetchBackdrop()]);
    const shapes = answer.status === 'fulfilled' ? parseBackdrop(answer.value) : undefined;
    // Asked for again with the next version of the site, or when the page is loaded.
    if (!shapes) return;
    await nextTask();
    this.#backdrop =
      shapes.length > 0 ? new Backdrop(shapes, (texts) => local(texts).text) : undefined;
    this.#ground.redraw();
  }
}

function part(area: HTMLElement, id: string): HTMLElement {
  const found = area.querySelector<HTMLElement>(`#${id}`);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

function placeOf({
  position: [lng, lat],
}: {
  readonly position: readonly [number, number];
}): LatLng {
  return latLng(lat, lng);
}
