/** A refused login is told so after this long at the soonest, in milliseconds, ... */
const LEAST_MS = 1_000;
/** ... and no more of them than this in each step: 100 a second. */
const STEP_MS = 20;
const MOST_IN_A_STEP = 2;
/** So many wait for their refusal at most, each some 20 KB; one more is refused at once. */
const MOST_HELD = 2_048;

interface Held {
  readonly sinceMs: number;
  readonly resolve: () => void;
}

/**
 * Refusals that take their time: who guesses over so many connections hears no more than a hundred a
 * second, however many there are, and the process has its time for others.
 */
export class SlowRefusals {
  #held: Held[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Resolves when the refusal may be said. */
  async hold(): Promise<void> {
    if (this.#held.length >= MOST_HELD) return;
    await new Promise<void>((resolve) => {
      this.#held.push({ sinceMs: performance.now(), resolve });
      this.#timer ??= setInterval(() => this.#step(), STEP_MS);
    });
  }

  /** All are said at once. */
  close(): void {
    for (const { resolve } of this.#held) resolve();
    this.#held = [];
    this.#stop();
  }

  #step(): void {
    const due = performance.now() - LEAST_MS;
    for (let n = 0; n < MOST_IN_A_STEP; n += 1) {
      const first = this.#held[0];
      if (first === undefined || first.sinceMs > due) break;
      this.#held.shift();
      first.resolve();
    }
    if (this.#held.length === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
