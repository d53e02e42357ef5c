/** Two at once leave the process its other threads and bound its memory to 256 MiB for this. */
const LANES = 2;
/** Who is not known here yet shares one lane, so that the other is free for who is. */
const STRANGERS_LANES = 1;
const MOST_WAITING = 16;
/** From so many wrong tries on it is a guess until it proves right, ... */
const GUESS_FROM = 5;
/** ... and after one guess's work the next begins this much later: the cores are others' meanwhile. */
const REST_MS = 1_000;

/** Whose password it is about, as far as one can tell without a look at it. */
export interface Standing {
  /** This account logged in from there before. */
  readonly isKnown: boolean;
  /** Wrong tries that stand against the account and the place; the fewer, the sooner its turn. */
  readonly wrongTries: number;
}

interface Waiting {
  readonly standing: Standing;
  readonly begin: (hasTurn: boolean) => void;
}

/**
 * Costly hashing, bounded: how much runs at once, and how many wait. Those who logged in from where
 * they are before go first, and no stranger's work begins beside theirs; of strangers those go first
 * against whom least stands. So a flood of guesses keeps neither a known owner waiting, nor one at a
 * new place of whose account and address nobody guesses.
 */
export class HashLanes {
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #strangers = 0;
  #mostRunning = 0;
  readonly #restMs: number;
  #rest: NodeJS.Timeout | undefined;

  constructor(restMs = REST_MS) {
    this.#restMs = restMs;
  }

  /** The most that ever ran at once. */
  get mostRunning(): number {
    return this.#mostRunning;
  }

  /** Runs `work` when it is its turn; undefined: too many wait who come before it. */
  async run<T>(standing: Standing, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#hasRoom(standing)) this.#enter(standing);
    else if (!(await this.#turnOf(standing))) return undefined;
    try {
      return await work();
    } finally {
      this.#leave(standing);
    }
  }

  /** Waits; false: had to make room for others. */
  async #turnOf(standing: Standing): Promise<boolean> {
    const sameKind = this.#waiting.filter((each) => each.standing.isKnown === standing.isKnown);
    const last = sameKind.at(-1);
    if (sameKind.length >= MOST_WAITING && last !== undefined) {
      if (!goesBefore(standing, last.standing)) return false;
      this.#waiting.splice(this.#waiting.indexOf(last), 1);
      last.begin(false);
    }
    return new Promise((resolve) => {
      const behind = this.#waiting.findIndex((each) => goesBefore(standing, each.standing));
      const at = behind === -1 ? this.#waiting.length : behind;
      this.#waiting.splice(at, 0, { standing, begin: resolve });
    });
  }

  #hasRoom(standing: Standing): boolean {
    if (standing.isKnown) return this.#running < LANES;
    if (this.#rest !== undefined && isGuess(standing)) return false;
    return this.#strangers < STRANGERS_LANES && this.#running === this.#strangers;
  }

  #enter({ isKnown }: Standing): void {
    this.#running += 1;
    if (!isKnown) this.#strangers += 1;
    this.#mostRunning = Math.max(this.#mostRunning, this.#running);
  }

  #leave(standing: Standing): void {
    this.#running -= 1;
    if (!standing.isKnown) this.#strangers -= 1;
    if (isGuess(standing) && this.#restMs > 0) this.#restNow();
    this.#beginNext();
  }

  #restNow(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      this.#beginNext();
    }, this.#restMs);
    // Who waits for it at the end of the process has no answer to wait for.
    this.#rest.unref();
  }

  #beginNext(): void {
    const next = this.#waiting[0];
    if (next === undefined || !this.#hasRoom(next.standing)) return;
    this.#waiting.shift();
    this.#enter(next.standing);
    next.begin(true);
  }
}

const isGuess = ({ isKnown, wrongTries }: Standing): boolean =>
  !isKnown && wrongTries >= GUESS_FROM;

function goesBefore(one: Standing, other: Standing): boolean {
  if (one.isKnown !== other.isKnown) return one.isKnown;
  return one.wrongTries < other.wrongTries;
}
