import type { Clock } from '#runtime/clock.ts';

/** Messages that may wait for their turn; a client in order has at most 16 in flight. */
const MOST_WAITING = 64;

/**
 * A token bucket that delays instead of losing: what comes too fast waits in order, so that a
 * gateway with a backlog slows down and batches. More than 64 waiting ends the connection.
 */
export class PublishPace {
  readonly #perS: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #tokens: number;
  #filledAt: number;
  #timer: NodeJS.Timeout | undefined;

  /** `perS`: messages a second in the long run; as many again may come at once. */
  constructor(perS: number, clock: Clock) {
    this.#perS = perS;
    this.#clock = clock;
    this.#tokens = perS;
    this.#filledAt = clock.monoMs();
  }

  /** Calls `go` now or later, in order; false, and never calls it, when too many wait already. */
  admit(go: () => void): boolean {
    this.#fill();
    if (this.#waiting.length === 0 && this.#tokens >= 1) {
      this.#tokens -= 1;
      go();
      return true;
    }
    if (this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(go);
    this.#schedule();
    return true;
  }

  /** Who still waits is forgotten: its connection is gone and it was not acknowledged. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #fill(): void {
    const now = this.#clock.monoMs();
    const gained = ((now - this.#filledAt) * this.#perS) / 1_000;
    this.#tokens = Math.min(this.#perS, this.#tokens + gained);
    this.#filledAt = now;
  }

  #schedule(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#fill();
        while (this.#tokens >= 1) {
          const go = this.#waiting.shift();
          if (go === undefined) return;
          this.#tokens -= 1;
          go();
        }
        if (this.#waiting.length > 0) this.#schedule();
      },
      Math.max(1, ((1 - this.#tokens) * 1_000) / this.#perS),
    );
  }
}
