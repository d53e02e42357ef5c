/** A rectangle on the map's screen, in pixels from its corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

export function movedBy({ left, top, right, bottom }: Box, x: number, y: number): Box {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

/** A box given by how far it reaches to each side of a point. */
export function around(x: number, y: number, reach: number): Box {
  return { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach };
}

/**
 * Who may stand where on the map: whoever asks first has the place. What would be half covered asks
 * for less room, or is left out.
 */
export class Room {
  readonly #within: Box;
  readonly #obstacles: readonly Box[];
  readonly #taken: Box[] = [];

  /** `within`: what is seen of the map; `obstacles`: what of the page lies on it. */
  constructor(within: Box, obstacles: readonly Box[]) {
    this.#within = within;
    this.#obstacles = obstacles;
  }

  /** Under something of the page, where no finger reaches it. */
  isUnder(box: Box): boolean {
    return this.#obstacles.some((obstacle) => overlaps(obstacle, box));
  }

  isTaken(box: Box): boolean {
    return this.#taken.some((taken) => overlaps(taken, box));
  }

  /** Not cut off by the map's edge. */
  isWithin(box: Box): boolean {
    const { left, top, right, bottom } = this.#within;
    return box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom;
  }

  /** Whether a word can be read here from its first letter to its last. */
  isFree(box: Box): boolean {
    return this.isWithin(box) && !this.isUnder(box) && !this.isTaken(box);
  }

  /** What is seen, lies on it and stands there: the same for rooms in which the same is free. */
  get plan(): string {
    return JSON.stringify([this.#within, this.#obstacles, this.#taken]);
  }

  take(box: Box): void {
    this.#taken.push(box);
  }
}
