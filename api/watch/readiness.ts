import type * as z from 'zod';
import type { ReadyCheck } from '#contract/problem.ts';
import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { HistoryStatus } from '../history/history.ts';

export type Check = z.infer<typeof ReadyCheck>;

/** Why a process cannot do its work, with every check. */
export class NotReadyError extends UnavailableError {
  readonly checks: readonly Check[];
  constructor(checks: readonly Check[], wrong: readonly Check[]) {
    super('not_ready', wrong.map(({ name, detail }) => `${name}: ${detail}`).join('; '));
    this.checks = checks;
  }
}

export interface Readied {
  readonly brokerConnected: () => boolean;
  readonly logFailing: () => boolean;
  readonly lastPosition: () => number;
  readonly ingestStalled: () => string | undefined;
  readonly history: () => HistoryStatus;
}

/** Whether the process can do its work, check by check, and since when each is as it is. */
export class Readiness {
  readonly #parts: Readied;
  readonly #clock: Clock;
  readonly #since = new Map<string, { readonly ok: boolean; readonly at: number }>();

  constructor(parts: Readied, clock: Clock) {
    this.#parts = parts;
    this.#clock = clock;
  }

  /** Looked at often, `since` is as exact as the looks. The view is shown and does not count. */
  checks(): readonly Check[] {
    return [this.#broker(), this.#log(), this.#ingest(), this.#view()];
  }

  #broker(): Check {
    const ok = this.#parts.brokerConnected();
    return this.#check('broker', ok, ok ? 'connected' : 'not connected; trying again');
  }

  #log(): Check {
    if (this.#parts.logFailing()) {
      const detail = 'cannot be written; live goes on, nothing is acknowledged';
      return this.#check('log', false, detail);
    }
    try {
      return this.#check('log', true, `position ${this.#parts.lastPosition()}`);
    } catch (error) {
      return this.#check('log', false, messageOf(error));
    }
  }

  #ingest(): Check {
    const stalled = this.#parts.ingestStalled();
    return this.#check('ingest', stalled === undefined, stalled ?? 'messages are taken');
  }

  #view(): Check {
    const { position, target, rebuilding, failed } = this.#parts.history();
    const lag = `${target - position} records behind`;
    const state = failed ?? (rebuilding ? `rebuilding, ${lag}` : lag);
    return this.#check('history', failed === undefined && !rebuilding, state);
  }

  #check(name: string, ok: boolean, detail: string): Check {
    let since = this.#since.get(name);
    if (since?.ok !== ok) {
      since = { ok, at: this.#clock.wallMs() };
      this.#since.set(name, since);
    }
    return { name, ok, detail, since: isoOf(since.at) };
  }
}
