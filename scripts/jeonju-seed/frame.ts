import type { Position } from '#contract/geo.ts';

/** Metres in a frame of its own: x along the rows, y across them. */
export type Metres = readonly [x: number, y: number];

const M_PER_DEGREE_LAT = 111_195;

/**
 * A plane laid at an anchor and turned counter-clockwise from east by `turnDeg`: good to a
 * centimetre over a lot, and to a metre over a market's streets.
 */
export class Frame {
  readonly #anchor: Position;
  readonly #cos: number;
  readonly #sin: number;
  readonly #mPerDegreeLng: number;

  constructor(anchor: Position, turnDeg = 0) {
    this.#anchor = anchor;
    this.#cos = Math.cos((turnDeg * Math.PI) / 180);
    this.#sin = Math.sin((turnDeg * Math.PI) / 180);
    this.#mPerDegreeLng = M_PER_DEGREE_LAT * Math.cos((anchor[1] * Math.PI) / 180);
  }

  toPosition([x, y]: Metres, decimals = 7): Position {
    const east = x * this.#cos - y * this.#sin;
    const north = x * this.#sin + y * this.#cos;
    return [
      round(this.#anchor[0] + east / this.#mPerDegreeLng, decimals),
      round(this.#anchor[1] + north / M_PER_DEGREE_LAT, decimals),
    ];
  }

  toMetres([lng, lat]: Position): Metres {
    const east = (lng - this.#anchor[0]) * this.#mPerDegreeLng;
    const north = (lat - this.#anchor[1]) * M_PER_DEGREE_LAT;
    return [east * this.#cos + north * this.#sin, north * this.#cos - east * this.#sin];
  }

  /** The closed ring of a rectangle. */
  ring(fromX: number, fromY: number, toX: number, toY: number, decimals = 7): Position[] {
    const corners: Metres[] = [
      [fromX, fromY],
      [toX, fromY],
      [toX, toY],
      [fromX, toY],
      [fromX, fromY],
    ];
    return corners.map((corner) => this.toPosition(corner, decimals));
  }
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
