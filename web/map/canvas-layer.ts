import { DomUtil } from 'leaflet';
import type { Map as LeafletMap } from 'leaflet';
import { worldPx } from './mercator.ts';

/** One drawing of a canvas that covers what the map shows. */
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
}

/** A canvas under or over the pins that is drawn anew whenever the map moves. */
export function addCanvasLayer(
  map: LeafletMap,
  name: string,
  zIndex: number,
  draw: (frame: Frame) => void,
): CanvasLayer {
  const pane = map.createPane(name);
  pane.style.zIndex = String(zIndex);
  pane.style.pointerEvents = 'none';
  const canvas = document.createElement('canvas');
  pane.append(canvas);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');

  const drawNow = () => {
    const { x: width, y: height } = map.getSize();
    const ratio = window.devicePixelRatio;
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
      canvas.width = pixelWidth;
      canvas.height = pixelHeight;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const zoom = map.getZoom();
    const { min } = map.getPixelBounds();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const [left, top] = [min?.x ?? 0, min?.y ?? 0];
    draw({ context, width, height, zoom, scale: worldPx(zoom), left, top });
  };
  map.on('move zoom viewreset resize', drawNow);

  let asked = false;
  return {
    redraw: () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        drawNow();
      });
    },
  };
}
