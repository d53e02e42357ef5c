/** Doubles from `firstMs` to `mostMs` with ±25 % of jitter, so that not all phones come back at once. */
export class BackOff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #delayMs: number;
  #failures = 0;

  constructor(firstMs: number, mostMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#random = random;
    this.#delayMs = firstMs;
  }

  get failures(): number {
    return this.#failures;
  }

  nextMs(): number {
    const jittered = this.#delayMs * (0.75 + 0.5 * this.#random());
    this.#delayMs = Math.min(this.#mostMs, 2 * this.#delayMs);
    this.#failures += 1;
    return Math.min(this.#mostMs, jittered);
  }

  reset(): void {
    this.#delayMs = this.#firstMs;
    this.#failures = 0;
  }
}
