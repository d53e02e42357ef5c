import { between } from '#firmware-sim/world/random.ts';
import type { Random } from '#firmware-sim/world/random.ts';
import type { TestSystem } from '../support/system.ts';
import type { Act } from '../support/scenario.ts';

/** A bay changes no sooner after its last change: the detector needs 3 s, and its evidence a margin. */
export const LEAST_BETWEEN_MS = 8_500;

/** Cars by a seed: which bay changes when. Knows what stands where. */
export class Traffic {
  readonly #system: TestSystem;
  readonly #random: Random;
  readonly #standing = new Set<string>();
  readonly #changedAt = new Map<string, number>();
  changes = 0;

  constructor(system: TestSystem, random: Random) {
    this.#system = system;
    this.#random = random;
  }

  /** The changes of the next `forMs`: a share of all bays, each at most once. */
  round(forMs: number, share = 0.9): Act[] {
    const begunAt = performance.now();
    return this.#system.site.bays.flatMap((bay) => {
      const [isWanted, at] = [this.#random() < share, between(this.#random, 0, forMs)];
      const last = this.#changedAt.get(bay) ?? Number.NEGATIVE_INFINITY;
      const soonest = Math.max(at, last + LEAST_BETWEEN_MS - begunAt);
      if (!isWanted || soonest > forMs) return [];
      return [{ atS: soonest / 1_000, run: async () => this.#change(bay) }];
    });
  }

  /** Every car leaves, each when its bay may change again. */
  async emptyAll(): Promise<void> {
    for (const bay of Array.from(this.#standing)) {
      const readyAt = (this.#changedAt.get(bay) ?? 0) + LEAST_BETWEEN_MS;
      const waitMs = readyAt - performance.now();
      if (waitMs > 0) {
        await new Promise((resolve) => {
          setTimeout(resolve, waitMs);
        });
      }
      await this.#change(bay);
    }
  }

  async #change(bay: string): Promise<void> {
    const isStanding = this.#standing.has(bay);
    this.#changedAt.set(bay, performance.now());
    this.changes += 1;
    if (isStanding) this.#standing.delete(bay);
    else this.#standing.add(bay);
    await this.#system.sim.ask({ do: isStanding ? 'leave' : 'park', bay });
  }
}
