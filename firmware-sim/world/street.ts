import type { BayId } from '#contract/ids.ts';
import type { Vehicle } from './vehicle.ts';

/** What the sensors of a bay are exposed to at an instant. */
export interface Scene {
  /** The car whose wheels stand in the bay. */
  readonly vehicle: Vehicle | undefined;
  readonly airC: number;
}

/** What is at a bay at an instant, by the monotonic clock: all that a node can know of the world. */
export interface World {
  sceneAt(bay: BayId, at: number): Scene;
}

interface Standing {
  readonly vehicle: Vehicle | undefined;
  readonly since: number;
  /** What was there before: a node reads its last sample, which may be older than the change. */
  readonly before: Vehicle | undefined;
}

const EMPTY: Standing = {
  vehicle: undefined,
  since: Number.NEGATIVE_INFINITY,
  before: undefined,
};

/** The bays and who stands in them now. */
export class Street implements World {
  readonly #airAt: (at: number) => number;
  readonly #standing = new Map<BayId, Standing>();

  /** `airAt`: the air's temperature in °C by the monotonic clock. */
  constructor(airAt: (at: number) => number) {
    this.#airAt = airAt;
  }

  sceneAt(bay: BayId, at: number): Scene {
    const { vehicle, since, before } = this.#standing.get(bay) ?? EMPTY;
    return { vehicle: at >= since ? vehicle : before, airC: this.#airAt(at) };
  }

  isOccupied(bay: BayId): boolean {
    return this.#standing.get(bay)?.vehicle !== undefined;
  }

  /** From `at` on this vehicle stands in the bay, or none. */
  set(bay: BayId, vehicle: Vehicle | undefined, at: number): void {
    const before = this.#standing.get(bay)?.vehicle;
    this.#standing.set(bay, { vehicle, since: at, before });
  }
}
