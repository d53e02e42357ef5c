/** What the page is, to who watches it. */
export interface Watched {
  readonly monoMs: () => number;
  /** Whether the server gives the page: never reload into a browser's error. */
  readonly isServed: () => Promise<boolean>;
  readonly reload: () => void;
}

/** A page that has drawn nothing for so long is stuck: it draws every second. */
export const STUCK_AFTER_MS = 5_000;
/** A new version of the program, and whatever a browser gathers in months. */
export const FRESH_EVERY_MS = 24 * 60 * 60_000;
/** What is still wrong after a reload will not be mended by the next one. */
const RELOAD_AT_MOST_EVERY_MS = 60_000;

/** Reloads the page when it is stuck, and once a day. Beats come from a thread of its own. */
export class Watchdog {
  readonly #watched: Watched;
  readonly #startedMs: number;
  #drawnMs: number;
  #broken = false;
  #asking = false;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#startedMs = watched.monoMs();
    this.#drawnMs = this.#startedMs;
  }

  drawn(): void {
    this.#drawnMs = this.#watched.monoMs();
  }

  /** Something failed that nobody awaited. */
  fail(): void {
    this.#broken = true;
  }

  async beat(): Promise<void> {
    const { monoMs, isServed, reload } = this.#watched;
    const now = monoMs();
    const isStuck = this.#broken || now - this.#drawnMs > STUCK_AFTER_MS;
    const isDue = isStuck || now - this.#startedMs > FRESH_EVERY_MS;
    if (!isDue || this.#asking || now - this.#startedMs < RELOAD_AT_MOST_EVERY_MS) return;
    this.#asking = true;
    if (await isServed()) reload();
    this.#asking = false;
  }
}
