import type { Clock } from '#runtime/clock.ts';

const WINDOW_MS = 60_000;
const MOST_TAKEOVERS = 3;

/**
 * Tells one client that reconnects from two that share a stolen credential: these take the session
 * from each other again and again, from two addresses. More than 3 take-overs a minute shut the id out for a minute.
 */
export class TwinWatch {
  readonly #clock: Clock;
  readonly #takeovers = new Map<string, number[]>();
  readonly #shutOutUntil = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isShutOut(id: string): boolean {
    const until = this.#shutOutUntil.get(id);
    if (until === undefined) return false;
    if (this.#clock.monoMs() < until) return true;
    this.#shutOutUntil.delete(id);
    return false;
  }

  /** Every id that is shut out now. */
  shutOut(): readonly string[] {
    return [...this.#shutOutUntil.keys()].filter((id) => this.isShutOut(id));
  }

  /** A client elsewhere took the live session of this id; true when the id is shut out by that. */
  tookOver(id: string): boolean {
    const now = this.#clock.monoMs();
    const recent = (this.#takeovers.get(id) ?? []).filter((at) => now - at < WINDOW_MS);
    recent.push(now);
    if (recent.length <= MOST_TAKEOVERS) {
      this.#takeovers.set(id, recent);
      return false;
    }
    this.#takeovers.delete(id);
    this.#shutOutUntil.set(id, now + WINDOW_MS);
    return true;
  }

  /** The operator gave the id a new secret, or removed it. */
  forget(id: string): void {
    this.#takeovers.delete(id);
    this.#shutOutUntil.delete(id);
  }
}
