import { deadlines } from '#contract/deadlines.ts';

/** The browser's two clocks: wall time may be wrong or step, monotonic time may stop in sleep. */
export interface BrowserClock {
  wallMs(): number;
  monoMs(): number;
}

/** Messages whose clock offset is remembered: about a minute of beats. */
const SAMPLES = 30;

/**
 * The server's clock as this page knows it, from the instants that messages carry. Where the page
 * must guess it guesses late, so that a number looks too old rather than too young: of the offsets
 * the one with the least delay counts, and time that only the wall clock saw pass has passed.
 */
export class ServerClock {
  readonly #clock: BrowserClock;
  readonly #offsets: number[] = [];
  #heardWallMs: number;
  #heardMonoMs: number;

  /** `at`: the instant at which the server wrote the page, `monoMs` after the page was asked for. */
  constructor(clock: BrowserClock, at: number) {
    this.#clock = clock;
    const elapsedMs = clock.monoMs();
    // A page from a cache is older than its navigation; a right phone clock shows by how much.
    const sinceWrittenMs = Math.max(elapsedMs, clock.wallMs() - at);
    this.#offsets.push(at + sinceWrittenMs - elapsedMs);
    this.#heardWallMs = clock.wallMs();
    this.#heardMonoMs = elapsedMs;
  }

  /** A message of the server's instant `at` has come in; the first one replaces the guess. */
  hear(at: number): void {
    // After a silence the server may be another, with another clock.
    if (!this.#heard || this.contactAgeMs() >= deadlines.pageLostMs) this.#offsets.length = 0;
    this.#heardWallMs = this.#clock.wallMs();
    this.#heardMonoMs = this.#clock.monoMs();
    this.#heard = true;
    this.#offsets.push(at - this.#heardMonoMs);
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
  }
  #heard = false;

  /** How long ago the server was last heard. */
  contactAgeMs(): number {
    const mono = this.#clock.monoMs() - this.#heardMonoMs;
    const wall = this.#clock.wallMs() - this.#heardWallMs;
    return Math.max(0, mono, wall);
  }

  now(): number {
    return Math.max(...this.#offsets) + this.#heardMonoMs + this.contactAgeMs();
  }
}
