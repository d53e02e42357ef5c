import type { GatewayId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';

/** So long a gateway must give no further reason before it is believed again. */
const CALM_MS = 60_000;

export type QuarantineReason = 'implausible_changes' | 'identity_cloned';

export interface Quarantined {
  readonly gateway: GatewayId;
  /** The latest one. */
  readonly reason: QuarantineReason;
}

/**
 * Gateways that are not believed for now: their bays are unknown, never vacant. What they send is
 * logged all the same: history keeps what was said.
 */
export class Quarantine {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #held = new Map<GatewayId, { reason: QuarantineReason; calmAtMs: number }>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  has(gateway: GatewayId): boolean {
    return this.#held.has(gateway);
  }

  get all(): readonly Quarantined[] {
    return [...this.#held].map(([gateway, { reason }]) => ({ gateway, reason }));
  }

  /** True when it was believed until now; each further reason makes it last longer. */
  add(gateway: GatewayId, reason: QuarantineReason): boolean {
    const isNew = !this.#held.has(gateway);
    this.#held.set(gateway, { reason, calmAtMs: this.#clock.monoMs() + CALM_MS });
    if (isNew) this.#log.error({ gateway, reason, calmMs: CALM_MS }, 'live.gateway.quarantined');
    return isNew;
  }

  /** Those that are believed again, each once. */
  takeCalm(): readonly GatewayId[] {
    const now = this.#clock.monoMs();
    const calm = [...this.#held].flatMap(([gateway, held]) =>
      held.calmAtMs <= now ? [gateway] : [],
    );
    for (const gateway of calm) {
      this.#held.delete(gateway);
      this.#log.warn({ gateway }, 'live.gateway.believedAgain');
    }
    return calm;
  }
}
