import { expect, test } from 'vitest';
import { openRandom } from '#firmware-sim/world/random.ts';
import { dealFaults } from './fault-kinds.ts';
import type { DrawnFault } from './fault-kinds.ts';
import { runRounds } from './rounds.ts';

const SEED = 20_261_124;
const ROUNDS = 3;

test(
  'every fault that a running system can have costs no change of 224 bays, and doubles none',
  { timeout: 300_000 },
  async () => {
    const said: string[] = [];
    let dealt: DrawnFault[][] | undefined;
    const result = await runRounds({
      seed: SEED,
      rounds: ROUNDS,
      say: (line) => said.push(line),
      faultsOf: (stand, round) => {
        dealt ??= dealFaults(stand, openRandom(SEED, 'deal'), ROUNDS);
        return dealt[round - 1] ?? [];
      },
    });
    if (result.failed > 0) throw new Error(said.join('\n'));
    expect(result.passed).toBe(ROUNDS);
    expect(result.found).toBeGreaterThan(200);
  },
);
