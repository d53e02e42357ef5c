import type { ExpiringLog } from '../log/event-log.ts';
import type { Verification } from './history.ts';

interface Waiter<Found> {
  readonly resolve: (found: Found) => void;
  readonly reject: (error: Error) => void;
}

/** Changes that were sensed before `until`, a whole hour, are wanted no more. */
export interface Expiry {
  readonly until: number;
  readonly log: ExpiringLog;
}

/** Who waits for the view: until it has come to a position, or until it was held against the log. */
export class Waiters {
  readonly #positions = new Map<Waiter<undefined>, number>();
  #verifying: Waiter<Verification>[] = [];
  readonly #expiring = new Map<Waiter<number>, Expiry>();

  get any(): boolean {
    return this.#positions.size > 0 || this.wantsVerification || this.expiry !== undefined;
  }
  get wantsVerification(): boolean {
    return this.#verifying.length > 0;
  }

  /** The next that is wanted. */
  get expiry(): Expiry | undefined {
    return this.#expiring.values().next().value;
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

  untilExpired(expiry: Expiry): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#expiring.set({ resolve, reject }, expiry);
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

  expired(done: Expiry, events: number): void {
    for (const [waiter, expiry] of this.#expiring) {
      if (expiry !== done) continue;
      this.#expiring.delete(waiter);
      waiter.resolve(events);
    }
  }

  giveUp(error: Error): void {
    for (const { reject } of [
      ...this.#positions.keys(),
      ...this.#verifying,
      ...this.#expiring.keys(),
    ])
      reject(error);
    this.#positions.clear();
    this.#verifying = [];
    this.#expiring.clear();
  }
}
