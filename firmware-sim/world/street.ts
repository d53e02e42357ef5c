import type { BayId } from '#contract/ids.ts';
import { isUnder } from './manoeuvre.ts';
import type { Stay } from './manoeuvre.ts';

/** A bay, as far as physics is concerned. */
export interface Place {
  readonly bay: BayId;
  readonly lot: string;
  readonly mountMm: number;
  /** Bays whose vehicles this one's sensors notice. */
  readonly neighbours: readonly BayId[];
  /** How many bays a passing car comes by before this one. */
  readonly along: number;
}

/** Who stands in a bay, by the street's clock; who stood there last is still known. */
export class Scene {
  #before: Stay | undefined;
  #latest: Stay | undefined;

  get before(): Stay | undefined {
    return this.#before;
  }

  get latest(): Stay | undefined {
    return this.#latest;
  }

  /** A vehicle comes, now or within a manoeuvre's time. */
  arrive(stay: Stay): void {
    this.#before = this.#latest;
    this.#latest = stay;
  }

  /** The vehicle that stands here leaves then; `leaveMs`: how long it rolls. */
  leave(leftAt: number, leaveMs = this.#latest?.leaveMs ?? 0): void {
    if (this.#latest !== undefined) this.#latest = { ...this.#latest, leftAt, leaveMs };
  }

  /** Who was on the way here turns away. */
  turnAway(): void {
    this.#latest = this.#before;
    this.#before = undefined;
  }

  /** The stay whose vehicle is under the sensor. */
  under(at: number): Stay | undefined {
    if (this.#latest !== undefined && isUnder(this.#latest, at)) return this.#latest;
    return this.#before !== undefined && isUnder(this.#before, at) ? this.#before : undefined;
  }

  /** The stay that ended last before an instant. */
  endedBefore(at: number): Stay | undefined {
    if (this.#latest !== undefined && this.#latest.leftAt <= at) return this.#latest;
    return this.#before !== undefined && this.#before.leftAt <= at ? this.#before : undefined;
  }
}

/** The bays and who stands in them. */
export class Street {
  readonly #scenes = new Map<BayId, Scene>();

  sceneOf(bay: BayId): Scene {
    let scene = this.#scenes.get(bay);
    if (scene === undefined) {
      scene = new Scene();
      this.#scenes.set(bay, scene);
    }
    return scene;
  }
}
