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

  /** Takes so many tokens, or none; false when there are not as many. */
  take(nowMs: number, tokens = 1): boolean {
    this.#tokens = Math.min(this.#most, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }
}
