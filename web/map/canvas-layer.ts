import { DomUtil } from 'leaflet';
import type { Map as LeafletMap } from 'leaflet';
import { worldPx } from './mercator.ts';

/** One drawing of a canvas that covers what the map shows, and some more on each side. */
export interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  /** Screen pixel of a Mercator coordinate: `x * scale - left`, `y * scale - top`. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  /** Pixels of the canvas to one of the screen. */
  readonly ratio: number;
}

export interface CanvasLayer {
  /** Draws at the browser's next frame; many calls make one drawing. */
  redraw(): void;
  /** Likewise, but only what differs from what stands there. */
  mend(): void;
}

export interface Drawing {
  /** Nothing is to be seen: then no canvas is there either. A browser copies each at every frame. */
  readonly isEmpty: (zoom: number) => boolean;
  /** Onto an empty canvas; what it gives are steps, of which each may have a frame of its own. */
  readonly draw: (frame: Frame) => IterableIterator<void> | void;
  /** Onto what was drawn in this frame; false: everything must be drawn. */
  readonly mend?: (frame: Frame) => boolean;
}

/**
 * So far beyond what the map shows a canvas reaches, that most of a finger's way needs no drawing.
 * More would cost more: without a GPU the browser copies all of it at each frame.
 */
const MARGIN_PX = 96;

/**
 * A canvas under or over the pins, while there is something on it. It moves with the map, and is
 * drawn anew when the map rests elsewhere, is zoomed, or has been moved beyond what is drawn.
 */
export function addCanvasLayer(
  map: LeafletMap,
  name: string,
  zIndex: number,
  { isEmpty, draw, mend }: Drawing,
): CanvasLayer {
  const pane = map.createPane(name);
  pane.style.zIndex = String(zIndex);
  pane.style.pointerEvents = 'none';
  const canvas = document.createElement('canvas');
  pane.append(canvas);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');

  let last: Frame | undefined;
  let isWhole = false;
  const drawNow = () => {
    isWhole = false;
    const zoom = map.getZoom();
    canvas.hidden = isEmpty(zoom);
    if (canvas.hidden) {
      [canvas.width, canvas.height] = [1, 1];
      last = undefined;
      return;
    }
    const { x, y } = map.getSize();
    const [width, height] = [x + 2 * MARGIN_PX, y + 2 * MARGIN_PX];
    const ratio = window.devicePixelRatio;
    // Empties it and ends its last scale, too.
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    const { x: left, y: top } = setCorner();
    context.scale(ratio, ratio);
    const isFirst = last === undefined;
    last = { context, width, height, zoom, scale: worldPx(zoom), left, top, ratio };
    const steps = draw(last);
    if (!steps) return;
    if (isFirst) drawOn(last, steps);
    else Array.from(steps);
  };
  /** A step a frame where nothing stood before; else all at once: a map under a finger is whole. */
  const drawOn = (frame: Frame, steps: IterableIterator<void>) => {
    if (frame !== last || steps.next().done === true) return;
    requestAnimationFrame(() => drawOn(frame, steps));
  };
  /** Gives the corner in the world's pixels at this zoom. */
  const setCorner = () => {
    const corner = map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]);
    DomUtil.setPosition(canvas, corner);
    return corner.add(map.getPixelOrigin());
  };
  // Of one change of the view Leaflet tells by several events.
  const drawOtherView = () => {
    if (!last) return drawNow();
    const { x: left, y: top } = setCorner();
    const { x, y } = map.getSize();
    const stands = last.left === left && last.top === top && last.zoom === map.getZoom();
    const fits = last.width === x + 2 * MARGIN_PX && last.height === y + 2 * MARGIN_PX;
    if (!stands || !fits) drawNow();
  };
  map.on('zoom viewreset resize moveend', drawOtherView);
  map.on('move', () => {
    if (!last) return;
    const corner = map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]);
    if (corner.distanceTo(DomUtil.getPosition(canvas)) > MARGIN_PX) drawNow();
  });

  let asked = 0;
  const ask = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      const wasThere = last !== undefined;
      const isThere = !isEmpty(map.getZoom());
      if (isThere !== wasThere || (last && (isWhole || mend?.(last) !== true))) drawNow();
    });
  };
  return {
    redraw: () => {
      isWhole = true;
      ask();
    },
    mend: ask,
  };
}
