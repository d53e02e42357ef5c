/** A bucket of `most` tokens that fills with `perSecond`: how often a client may speak. */
export class RateLimit {
  readonly #most: number;
  readonly #perMs: number;
  #tokens: number;
  #atMs: number;

  /** `nowMs`: monotonic milliseconds, here and below. */
  constructor(most: number, perSecond: number, nowMs: number) {
    this.#most = most;
    this.#perMs = perSecond / 1_000;
    this.#tokens = most;
    this.#atMs = nowMs;
  }

  /** Takes one token; false when there is none. */
  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.#most, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
