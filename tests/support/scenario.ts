import type { TestSystem } from './system.ts';

/** What happens on the street and when, in seconds from the scenario's beginning. */
export interface Act {
  readonly atS: number;
  readonly run: () => Promise<unknown>;
}

export const park = (system: TestSystem, bay: string, atS: number): Act => ({
  atS,
  run: async () => system.sim.ask({ do: 'park', bay }),
});

export const leave = (system: TestSystem, bay: string, atS: number): Act => ({
  atS,
  run: async () => system.sim.ask({ do: 'leave', bay }),
});

/**
 * Plays the acts at their times and resolves after the last. The times are the scenario itself
 * (a fault that lasts 60 s lasts 60 s); nothing is waited for by them.
 */
export async function play(acts: readonly Act[]): Promise<void> {
  const begunAt = performance.now();
  for (const { atS, run } of acts.toSorted((a, b) => a.atS - b.atS)) {
    const waitMs = begunAt + 1_000 * atS - performance.now();
    if (waitMs > 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, waitMs);
      });
    }
    await run();
  }
}
