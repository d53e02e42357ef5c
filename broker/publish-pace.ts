import type { Clock } from '#runtime/clock.ts';

/** Messages that may wait for their turn; a client in order has at most 16 in flight. */
const MOST_WAITING = 64;

/** Whether a message went at once, waits for its turn, or never goes: too many wait already. */
export type Turn = 'now' | 'later' | 'never';

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

  /** Calls `go` now or later, in order. */
  admit(go: () => void): Turn {
    this.#fill();
    if (this.#waiting.length === 0 && this.#tokens >= 1) {
      this.#tokens -= 1;
      go();
      return 'now';
    }
    if (this.#waiting.length >= MOST_WAITING) return 'never';
    this.#waiting.push(go);
    this.#schedule();
    return 'later';
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
