import type { Map as LeafletMap } from 'leaflet';
import { latLng } from 'leaflet';
import type { Position } from '#contract/geo.ts';
import type { LotId } from '#contract/ids.ts';
import type { LotAnswer } from '#contract/http.ts';
import { parseBays } from '../wire/features.ts';
import { BayDrawing, brushOf } from './bay-drawing.ts';
import type { BayStates, Brush } from './bay-drawing.ts';
import type { Frame } from './canvas-layer.ts';
import type { Palette } from './palette.ts';
import type { Box } from './room.ts';

/** From this zoom a bay is more than a dot. */
export const BAY_ZOOM = 17;
/** A watch message has room for 40 channels, the lots' own among them. */
const MOST_LOTS = 30;
/** A lot reaches farther than its middle: this much of the view is added on each side. */
const MARGIN = 0.25;
/** More changes than this are drawn sooner by drawing everything. */
const MOST_MENDED = 400;

export interface BaySources {
  /** Rejects when the server cannot be reached. */
  readonly fetchBays: (lot: LotId) => Promise<unknown>;
  readonly states: () => BayStates;
  /** The lots whose bays' states are wanted from now on. */
  readonly watch: (lots: readonly LotId[]) => void;
  readonly changed: () => void;
}

/** The bays of the lots that the map shows closely; elsewhere none is fetched, watched or drawn. */
export class BaysInView {
  readonly #map: LeafletMap;
  readonly #sources: BaySources;
  readonly #drawings = new Map<LotId, BayDrawing>();
  readonly #fetching = new Set<LotId>();
  #lots: readonly LotAnswer[] = [];
  #inView: readonly LotId[] = [];
  /** Lots have come or gone since all was drawn. */
  #isOther = true;
  #brush: Brush | undefined;

  constructor(map: LeafletMap, sources: BaySources) {
    this.#map = map;
    this.#sources = sources;
    map.on('moveend zoomend resize', () => this.#look());
  }

  show(lots: readonly LotAnswer[]): void {
    if (lots === this.#lots) return;
    this.#lots = lots;
    // Another version of the site: bays may have come, gone or moved, in the same lots.
    this.#drawings.clear();
    this.#inView = [];
    this.#isOther = true;
    this.#look();
  }

  /** Where the lot's pin stands while its bays are drawn; undefined: they are not. */
  flagOf(lot: LotId): Position | undefined {
    return this.#inView.includes(lot) ? this.#drawings.get(lot)?.flagAt : undefined;
  }

  get any(): boolean {
    return this.#inView.length > 0;
  }

  /** Whether bays are among them whose states nobody is told. */
  get anyPrivate(): boolean {
    return this.#inView.some((lot) => this.#drawings.get(lot)?.hasPrivate === true);
  }

  draw(frame: Frame, palette: Palette): void {
    this.#isOther = false;
    this.#brush = brushOf(frame, palette);
    const states = this.#sources.states();
    for (const each of this.#shown()) each.draw(this.#brush, states);
  }

  /**
   * Draws again, in the frame of the last drawing, only where a bay looks otherwise than it did;
   * false: everything must be drawn.
   */
  mend(): boolean {
    const brush = this.#brush;
    if (this.#isOther || !brush) return false;
    const states = this.#sources.states();
    const shown = this.#shown();
    const boxes = shown.flatMap((each) => each.changed(brush, states));
    if (boxes.length > MOST_MENDED) return false;
    const { context, ratio } = brush.frame;
    for (const each of boxes) {
      const box = onWholePixels(each, ratio);
      context.save();
      context.beginPath();
      context.rect(...sidesOf(box));
      context.clip();
      context.clearRect(...sidesOf(box));
      for (const drawing of shown) drawing.drawWithin(box, brush, states);
      context.restore();
    }
    return true;
  }

  #shown(): BayDrawing[] {
    return this.#inView.flatMap((lot) => this.#drawings.get(lot) ?? []);
  }

  #look(): void {
    const close = this.#map.getZoom() >= BAY_ZOOM;
    const bounds = this.#map.getBounds().pad(MARGIN);
    const inView = this.#lots
      .filter(
        ({ sensedBays, position: [lng, lat] }) =>
          close && sensedBays > 0 && bounds.contains(latLng(lat, lng)),
      )
      .slice(0, MOST_LOTS)
      .map(({ lot }) => lot);
    if (inView.join() === this.#inView.join()) return;
    this.#inView = inView;
    this.#isOther = true;
    this.#sources.watch(inView);
    for (const lot of inView) void this.#fetch(lot);
    this.#sources.changed();
  }

  /** Never rejects: a lot whose bays cannot be had keeps its pin, and is asked for at the next look. */
  async #fetch(lot: LotId): Promise<void> {
    if (this.#drawings.has(lot) || this.#fetching.has(lot)) return;
    this.#fetching.add(lot);
    const [answer] = await Promise.allSettled([this.#sources.fetchBays(lot)]);
    this.#fetching.delete(lot);
    const bays = answer.status === 'fulfilled' ? parseBays(answer.value) : undefined;
    if (bays === undefined || bays.length === 0) return;
    this.#drawings.set(lot, new BayDrawing(bays));
    this.#isOther = true;
    this.#sources.changed();
  }
}

/** Half a pixel would be cleared by half, and leave a seam. */
function onWholePixels({ left, top, right, bottom }: Box, ratio: number): Box {
  return {
    left: Math.floor(left * ratio) / ratio,
    top: Math.floor(top * ratio) / ratio,
    right: Math.ceil(right * ratio) / ratio,
    bottom: Math.ceil(bottom * ratio) / ratio,
  };
}

function sidesOf({ left, top, right, bottom }: Box): [number, number, number, number] {
  return [left, top, right - left, bottom - top];
}
