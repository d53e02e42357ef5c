import { RejectedError } from '#runtime/errors.ts';

/** Refused for now; the answer says after how long to come again. */
export class TryLaterError extends RejectedError {
  /** Whole seconds, 1 at least. */
  readonly retryAfterS: number;
  constructor(message: string, waitMs: number) {
    super('too_many_requests', message);
    this.retryAfterS = Math.max(1, Math.ceil(waitMs / 1_000));
  }
}
