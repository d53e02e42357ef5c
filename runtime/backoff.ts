export interface Backoff {
  /** Milliseconds until the next try: doubles from `firstMs` to `mostMs`, with ±25 % of jitter. */
  nextMs(): number;
  /** After a success: the next failure starts from `firstMs` again. */
  reset(): void;
}

/** Jitter keeps many clients of one dead server from coming back at the same instant. */
export function openBackoff(
  firstMs: number,
  mostMs: number,
  random: () => number = Math.random,
): Backoff {
  let delayMs = firstMs;
  return {
    nextMs: () => {
      const jittered = delayMs * (0.75 + 0.5 * random());
      delayMs = Math.min(mostMs, 2 * delayMs);
      return Math.round(Math.min(mostMs, jittered));
    },
    reset: () => {
      delayMs = firstMs;
    },
  };
}
