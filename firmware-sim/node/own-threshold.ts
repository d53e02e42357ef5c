/** What the node itself believes of its bay, for its LED and its event ring. */
export interface OwnChange {
  readonly occupied: boolean;
  /** When it had lasted long enough to be believed, by the monotonic clock. */
  readonly at: number;
}

export interface Thresholds {
  readonly distanceOnMm: number;
  readonly distanceOffMm: number;
  readonly confirmMs: number;
}

/** Occupied below one distance, vacant above another, between keeps; believed after `confirmMs`. */
export class OwnThreshold {
  #occupied: boolean;
  #doubt: OwnChange | undefined;

  constructor(distanceMm: number, { distanceOnMm }: Thresholds) {
    this.#occupied = distanceMm < distanceOnMm;
  }

  get occupied(): boolean {
    return this.#occupied;
  }

  /** The distance is this from `at` on; whatever was believed meanwhile is returned. */
  hear(distanceMm: number, at: number, thresholds: Thresholds): OwnChange | undefined {
    const believed = this.settle(at);
    const seen = this.#seen(distanceMm, thresholds);
    if (seen === this.#occupied) this.#doubt = undefined;
    else if (this.#doubt === undefined) {
      this.#doubt = { occupied: seen, at: at + thresholds.confirmMs };
    }
    return believed;
  }

  /** Believes what has lasted long enough by `at`; the change, when there is one. */
  settle(at: number): OwnChange | undefined {
    const doubt = this.#doubt;
    if (doubt === undefined || at < doubt.at) return undefined;
    this.#occupied = doubt.occupied;
    this.#doubt = undefined;
    return doubt;
  }

  #seen(distanceMm: number, { distanceOnMm, distanceOffMm }: Thresholds): boolean {
    if (distanceMm < distanceOnMm) return true;
    return distanceMm > distanceOffMm ? false : (this.#doubt?.occupied ?? this.#occupied);
  }
}
