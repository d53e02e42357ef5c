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
  /** Onto an empty canvas. */
  readonly draw: (frame: Frame) => void;
  /** Onto what was drawn in this frame; false: everything must be drawn. */
  readonly mend?: (frame: Frame) => boolean;
}

/** So far beyond what the map shows a canvas reaches, that a finger's way needs no drawing. */
const MARGIN_PX = 128;

/**
 * A canvas under or over the pins. It moves with the map, and is drawn anew when the map rests
 * elsewhere, is zoomed, or has been moved beyond what is drawn.
 */
export function addCanvasLayer(
  map: LeafletMap,
  name: string,
  zIndex: number,
  { draw, mend }: Drawing,
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
    const { x, y } = map.getSize();
    const [width, height] = [x + 2 * MARGIN_PX, y + 2 * MARGIN_PX];
    const ratio = window.devicePixelRatio;
    // Empties it and ends its last scale, too.
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    const corner = map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]);
    DomUtil.setPosition(canvas, corner);
    const { x: left, y: top } = corner.add(map.getPixelOrigin());
    const zoom = map.getZoom();
    context.scale(ratio, ratio);
    last = { context, width, height, zoom, scale: worldPx(zoom), left, top, ratio };
    isWhole = false;
    draw(last);
  };
  map.on('zoom viewreset resize', drawNow);
  map.on('move moveend', ({ type }) => {
    const corner = map.containerPointToLayerPoint([-MARGIN_PX, -MARGIN_PX]);
    const farPx = corner.distanceTo(DomUtil.getPosition(canvas));
    if (farPx > (type === 'move' ? MARGIN_PX : 0)) drawNow();
  });

  let asked = 0;
  const ask = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      if (isWhole || !last || mend?.(last) !== true) drawNow();
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
