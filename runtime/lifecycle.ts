/** Closes in reverse order of opening, each step once, and reports all that failed. */
export class Closers {
  readonly #steps: { name: string; close: () => void | Promise<void> }[] = [];

  add(name: string, close: () => void | Promise<void>): void {
    this.#steps.push({ name, close });
  }

  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.close();
      } catch (error) {
        failures.push(new Error(`closing ${step.name}`, { cause: error }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything closed');
  }
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
