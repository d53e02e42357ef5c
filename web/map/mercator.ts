import type { Position } from '#contract/geo.ts';

/** Pixels of the whole world at zoom 0, as every web map has it. */
const WORLD_PX = 256;

/** Web Mercator, EPSG:3857: both coordinates 0 to 1 over the world, y from the north. */
export function mercatorOf([lng, lat]: Position): readonly [x: number, y: number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  return [lng / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}

/** Pixels of the whole world's width at a zoom that may be a fraction. */
export function worldPx(zoom: number): number {
  return WORLD_PX * 2 ** zoom;
}

/** Positions as x, y, x, y … in 64 bits: at zoom 19 a 32-bit number is off by eight pixels. */
export function flatMercator(positions: readonly Position[]): Float64Array {
  const flat = new Float64Array(2 * positions.length);
  for (const [at, position] of positions.entries()) flat.set(mercatorOf(position), 2 * at);
  return flat;
}
