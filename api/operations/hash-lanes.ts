/** Two at once leave the process its other threads and bound its memory to 256 MiB for this. */
const LANES = 2;
/** Who is not known here yet shares one lane, so that the other is free for who is. */
const STRANGERS_LANES = 1;
const MOST_WAITING = 16;

interface Waiting {
  readonly isKnown: boolean;
  readonly begin: () => void;
}

/**
 * Costly hashing, bounded: how much runs at once, and how many wait. Those who logged in from where
 * they are before go first, so that a flood of guesses keeps none of them waiting.
 */
export class HashLanes {
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #strangers = 0;
  #mostRunning = 0;

  /** The most that ever ran at once. */
  get mostRunning(): number {
    return this.#mostRunning;
  }

  /** Runs `work` when there is room; undefined: too many wait already. */
  async run<T>(isKnown: boolean, work: () => Promise<T>): Promise<T | undefined> {
    if (!this.#hasRoom(isKnown)) {
      const sameKind = this.#waiting.filter((each) => each.isKnown === isKnown).length;
      if (sameKind >= MOST_WAITING) return undefined;
      await new Promise<void>((resolve) => void this.#waiting.push({ isKnown, begin: resolve }));
    } else this.#enter(isKnown);
    try {
      return await work();
    } finally {
      this.#leave(isKnown);
    }
  }

  #hasRoom(isKnown: boolean): boolean {
    return this.#running < LANES && (isKnown || this.#strangers < STRANGERS_LANES);
  }

  #enter(isKnown: boolean): void {
    this.#running += 1;
    if (!isKnown) this.#strangers += 1;
    this.#mostRunning = Math.max(this.#mostRunning, this.#running);
  }

  #leave(isKnown: boolean): void {
    this.#running -= 1;
    if (!isKnown) this.#strangers -= 1;
    const known = this.#waiting.findIndex((each) => each.isKnown);
    const at = known === -1 ? 0 : known;
    const next = this.#waiting[at];
    if (next === undefined || !this.#hasRoom(next.isKnown)) return;
    this.#waiting.splice(at, 1);
    this.#enter(next.isKnown);
    next.begin();
  }
}
