/** Each takes 4 MiB and a core: two leave the rest of the process its threads. */
const MOST_AT_ONCE = 2;
/** A city's gateways after a power cut; more are told to come again. */
const MOST_WAITING = 256;

/** Told that it may go, or that it must not wait any longer. */
type Waiting = (mayGo: boolean) => void;

/**
 * Costly work, two at a time. Who is a suspect waits behind everybody who is not, and goes first
 * when there are too many: guessers wait for each other, and nobody for them.
 */
export class HashQueue {
  readonly #trusted: Waiting[] = [];
  readonly #suspects: Waiting[] = [];
  #running = 0;

  async run<T>(isSuspect: boolean, work: () => Promise<T>): Promise<T | 'busy'> {
    if (this.#running < MOST_AT_ONCE) this.#running += 1;
    else if (!(await this.#turn(isSuspect))) return 'busy';
    try {
      return await work();
    } finally {
      // Who waits takes over this place, so that nobody can slip in between.
      const next = this.#trusted.shift() ?? this.#suspects.shift();
      if (next) next(true);
      else this.#running -= 1;
    }
  }

  async #turn(isSuspect: boolean): Promise<boolean> {
    if (this.#trusted.length + this.#suspects.length >= MOST_WAITING) {
      const last = isSuspect ? undefined : this.#suspects.pop();
      if (last === undefined) return false;
      last(false);
    }
    return new Promise((resolve) => {
      (isSuspect ? this.#suspects : this.#trusted).push(resolve);
    });
  }
}
