import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';

/** So long a gateway must give no further reason before it is believed again. */
const CALM_MS = 60_000;

export type QuarantineReason = 'implausible_changes' | 'identity_cloned';

/**
 * Gateways that are not believed for now: their bays are unknown, never vacant. What they send is
 * logged all the same: history keeps what was said.
 */
export class Quarantine<Gateway> {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #calmAt = new Map<Gateway, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  has(gateway: Gateway): boolean {
    return this.#calmAt.has(gateway);
  }

  get gateways(): readonly Gateway[] {
    return [...this.#calmAt.keys()];
  }

  /** True when it was believed until now; each further reason makes it last longer. */
  add(gateway: Gateway, reason: QuarantineReason): boolean {
    const isNew = !this.#calmAt.has(gateway);
    this.#calmAt.set(gateway, this.#clock.monoMs() + CALM_MS);
    if (isNew) this.#log.error({ gateway, reason, calmMs: CALM_MS }, 'live.gateway.quarantined');
    return isNew;
  }

  /** Those that are believed again, each once. */
  takeCalm(): readonly Gateway[] {
    const now = this.#clock.monoMs();
    const calm = [...this.#calmAt].flatMap(([gateway, at]) => (at <= now ? [gateway] : []));
    for (const gateway of calm) {
      this.#calmAt.delete(gateway);
      this.#log.warn({ gateway }, 'live.gateway.believed_again');
    }
    return calm;
  }
}
