import type { BayId, GatewayId, LotId } from '#contract/ids.ts';
import type { BayLive, LotLive } from '#contract/live.ts';

/** What is true now, as far as anybody knows: what the live stream, HTTP and signs read. */
export interface LiveStateReader {
  /** undefined: the site has no such bay, or the bay has no sensor. */
  bay(bay: BayId): BayLive | undefined;
  /** The sensed bays of a lot in the order of the site file. */
  baysOf(lot: LotId): readonly BayLive[];
  /** Every lot of the site has one, with empty counts where it has no sensors. */
  lot(lot: LotId): LotLive | undefined;
  lots(): readonly LotLive[];
  /** Gateways that are not believed now; their bays are unknown. */
  readonly quarantined: readonly GatewayId[];
  /**
   * What changed (a state, a count, a fact), as soon as it did; nothing is coalesced here.
   * `observedAt` alone does not count as a change. Returns the way to stop.
   */
  onChanged(listener: (changed: StateChange) => void): () => void;
}

export interface StateChange {
  readonly bays: readonly BayId[];
  readonly lots: readonly LotId[];
}
