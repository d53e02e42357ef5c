/** The two clocks of a process. Passed in, so that tests and simulations bring their own. */
export interface Clock {
  /** Wall clock: epoch milliseconds; may step. For what leaves the process. */
  wallMs(): number;
  /** Monotonic milliseconds since some start; never steps. For durations, ages and order. */
  monoMs(): number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
};
