/** A step that is not done by then hangs: it is named and left behind, and what comes after it is closed. */
const STEP_WITHIN_MS = 4_000;
/** All steps together; who waits for the process to end has 10 s of patience. */
const ALL_WITHIN_MS = 9_000;
/** Late steps get this long even where the time is used up: most of them need no time at all. */
const LEAST_MS = 100;

/** Closes in reverse order of opening, each step once and for a bounded time, and reports all that failed. */
export class Closers {
  readonly #steps: { name: string; close: () => void | Promise<void>; withinMs: number }[] = [];

  /** `withinMs`: for a step that itself closes many. */
  add(
    name: string,
    close: () => void | Promise<void>,
    { withinMs = STEP_WITHIN_MS }: { readonly withinMs?: number } = {},
  ): void {
    this.#steps.push({ name, close, withinMs });
  }

  /** Throws an AggregateError of what failed or was cut, after everything else is closed. */
  async closeAll(allWithinMs = ALL_WITHIN_MS): Promise<void> {
    const deadlineMs = performance.now() + allWithinMs;
    const failures: Error[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      const leftMs = Math.max(LEAST_MS, deadlineMs - performance.now());
      try {
        await within(Math.min(step.withinMs, leftMs), step.close);
      } catch (error) {
        failures.push(new Error(`closing ${step.name}`, { cause: error }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything closed');
  }
}

async function within(ms: number, close: () => void | Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${Math.round(ms)} ms`)), ms);
  });
  try {
    await Promise.race([close(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What `closeAll` threw, one line for each step: "closing api: closing http: not done within 4000 ms". */
export function closingFailures(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(closingFailures);
  if (!(error instanceof Error)) return [String(error)];
  if (error.cause === undefined) return [error.message];
  return closingFailures(error.cause).map((inner) => `${error.message}: ${inner}`);
}

/** At Ctrl-C a terminal signals npm and us, and npm passes it on: within this time it is one wish. */
const ONE_WISH_MS = 500;

/** Resolves with the signal's name at the first of these; a later one ends the process at once. */
export function untilSignalled(...signals: NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let signalledAt: number | undefined;
    for (const signal of signals) {
      process.on(signal, () => {
        const now = performance.now();
        if (signalledAt !== undefined) {
          if (now - signalledAt >= ONE_WISH_MS) process.exit(130);
          return;
        }
        signalledAt = now;
        resolve(signal);
      });
    }
  });
}
