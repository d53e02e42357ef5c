import { openBackoff } from '#runtime/backoff.ts';
import type { Backoff } from '#runtime/backoff.ts';

/** So many polls in a row without an answer put a node on the slow list. */
export const MISSES_TO_SLOW = 3;
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 30_000;

/** One node's answers: how often it was asked in vain, and whether asking it is still worth while. */
export class NodeHealth {
  readonly #backoff: Backoff;
  #misses = 0;
  polls = 0;
  answers = 0;
  exceptions = 0;
  /** Answers that only repeat the sample before. */
  stale = 0;

  constructor(random: () => number = Math.random) {
    this.#backoff = openBackoff(FIRST_WAIT_MS, MOST_WAIT_MS, random);
  }

  get misses(): number {
    return this.#misses;
  }

  /** Asked less and less often, and without retries, until it answers. */
  get isSlow(): boolean {
    return this.#misses >= MISSES_TO_SLOW;
  }

  answered(): void {
    this.#misses = 0;
    this.#backoff.reset();
  }

  /** Returns how long to leave the node alone: undefined while it keeps its place. */
  missed(): number | undefined {
    this.#misses += 1;
    return this.isSlow ? this.#backoff.nextMs() : undefined;
  }
}
