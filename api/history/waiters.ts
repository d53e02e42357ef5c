import type { Verification } from './history.ts';

interface Waiter<Found> {
  readonly resolve: (found: Found) => void;
  readonly reject: (error: Error) => void;
}

/** Who waits for the view: until it has come to a position, or until it was held against the log. */
export class Waiters {
  readonly #positions = new Map<Waiter<undefined>, number>();
  #verifying: Waiter<Verification>[] = [];

  get any(): boolean {
    return this.#positions.size > 0 || this.wantsVerification;
  }
  get wantsVerification(): boolean {
    return this.#verifying.length > 0;
  }

  untilAt(position: number): Promise<undefined> {
    return new Promise((resolve, reject) => {
      this.#positions.set({ resolve, reject }, position);
    });
  }

  untilVerified(): Promise<Verification> {
    return new Promise((resolve, reject) => {
      this.#verifying.push({ resolve, reject });
    });
  }

  at(position: number): void {
    for (const [waiter, wanted] of this.#positions) {
      if (wanted > position) continue;
      this.#positions.delete(waiter);
      waiter.resolve(undefined);
    }
  }

  verified(found: Verification): void {
    for (const { resolve } of this.#verifying.splice(0)) resolve(found);
  }

  giveUp(error: Error): void {
    for (const { reject } of [...this.#positions.keys(), ...this.#verifying]) reject(error);
    this.#positions.clear();
    this.#verifying = [];
  }
}
