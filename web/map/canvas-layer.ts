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
}

export interface CanvasLayer {
  /** Draws at the browser's next frame; many calls make one drawing. */
  redraw(): void;
  /** The same, where the last drawing no longer holds. */
  renew(): void;
}

/** So far beyond what the map shows a canvas reaches, that a finger's way needs no drawing. */
const MARGIN = 0.25;
const MOST_MARGIN_PX = 200;

/**
 * A canvas under or over the pins. It moves with the map, and is drawn anew when the map rests
 * elsewhere, is zoomed, or has been moved beyond what is drawn.
 */
export function addCanvasLayer(
  map: LeafletMap,
  name: string,
  zIndex: number,
  draw: (frame: Frame) => void,
  /** Whether the last drawing shows what another would. */
  holds: (last: Frame) => boolean = () => false,
): CanvasLayer {
  const pane = map.createPane(name);
  pane.style.zIndex = String(zIndex);
  pane.style.pointerEvents = 'none';
  const canvas = document.createElement('canvas');
  pane.append(canvas);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');
  let last: Frame | undefined;

  const drawNow = () => {
    const { x, y } = map.getSize();
    const [marginX, marginY] = [marginOf(x), marginOf(y)];
    const [width, height] = [x + 2 * marginX, y + 2 * marginY];
    const ratio = window.devicePixelRatio;
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
      canvas.width = pixelWidth;
      canvas.height = pixelHeight;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    DomUtil.setPosition(canvas, map.containerPointToLayerPoint([-marginX, -marginY]));
    const zoom = map.getZoom();
    const { min } = map.getPixelBounds();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const [left, top] = [(min?.x ?? 0) - marginX, (min?.y ?? 0) - marginY];
    last = { context, width, height, zoom, scale: worldPx(zoom), left, top };
    draw(last);
  };
  /** How far from the last drawing's middle the map is; 1: at its edge. */
  const away = (): number => {
    const { min } = map.getPixelBounds();
    if (!last || !min || last.zoom !== map.getZoom()) return Number.POSITIVE_INFINITY;
    const { x, y } = map.getSize();
    const [marginX, marginY] = [marginOf(x), marginOf(y)];
    return Math.max(
      Math.abs(min.x - last.left - marginX) / marginX,
      Math.abs(min.y - last.top - marginY) / marginY,
    );
  };
  map.on('zoom viewreset resize', drawNow);
  map.on('move', () => {
    if (away() > 1) drawNow();
  });
  map.on('moveend', () => {
    if (away() > 0) drawNow();
  });

  let asked = 0;
  const redraw = () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(drawNow);
  };
  return {
    redraw,
    renew: () => {
      if (!last || last.zoom !== map.getZoom() || !holds(last)) redraw();
    },
  };
}

const marginOf = (px: number): number => Math.round(Math.min(MOST_MARGIN_PX, MARGIN * px));
