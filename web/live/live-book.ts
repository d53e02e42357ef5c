import { deadlines } from '#contract/deadlines.ts';
import type { BayState } from '#contract/bay.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { LiveBeat, LiveDelta, LiveMessage, LiveSnapshot } from '#contract/live.ts';
import { lotNowOfLive } from '../lots/lot-now.ts';
import type { LotNow } from '../lots/lot-now.ts';

/** `applied`: the book changed. `ignored`: nothing new. `gap`: something is missing, ask anew. */
export type Applied = 'applied' | 'ignored' | 'gap';

/** What is known of a bay; out of service it is neither vacant nor anything else. */
export type BayNow = BayState | 'closed';

/** What the live stream has said so far: every lot, the bays of the watched lots, and up to where. */
export class LiveBook {
  readonly lots: Map<LotId, LotNow>;
  readonly bays = new Map<BayId, BayNow>();
  /** When the server made what is known of a lot, by its clock. */
  readonly #saidAt = new Map<LotId, number>();
  readonly #seqs = new Map<string, number>();
  readonly #baysOf = new Map<string, Set<BayId>>();
  #stream: string | undefined;

  constructor(lots: ReadonlyMap<LotId, LotNow>) {
    this.lots = new Map(lots);
  }

  get stream(): string | undefined {
    return this.#stream;
  }

  seqOf(channel: string): number | undefined {
    return this.#seqs.get(channel);
  }

  /** A channel that is no longer watched would go stale unseen. */
  forget(channel: string): void {
    this.#seqs.delete(channel);
    for (const bay of this.#baysOf.get(channel) ?? []) this.bays.delete(bay);
    this.#baysOf.delete(channel);
  }

  apply(message: LiveMessage): Applied {
    switch (message.type) {
      case 'snapshot':
        return this.#applySnapshot(message);
      case 'delta':
        return this.#applyDelta(message);
      case 'beat': {
        if (message.stream !== this.#stream) return this.#stream === undefined ? 'ignored' : 'gap';
        this.#takeAges(message);
        return 'applied';
      }
    }
  }

  /** A snapshot stands for itself: whatever was known of its channel before is gone. */
  #applySnapshot(snapshot: LiveSnapshot): Applied {
    const { stream, channel, seq } = snapshot;
    // A polled answer may have been overtaken by the socket.
    if (stream === this.#stream && seq < (this.#seqs.get(channel) ?? 0)) return 'ignored';
    if (stream !== this.#stream) {
      for (const other of this.#seqs.keys()) if (other !== channel) this.forget(other);
      this.#stream = stream;
    }
    if (channel === 'lots') {
      this.lots.clear();
      this.#saidAt.clear();
    } else this.forget(channel);
    this.#seqs.set(channel, seq);
    this.#take(channel, snapshot);
    return 'applied';
  }

  #applyDelta(delta: LiveDelta): Applied {
    const { stream, channel, seq } = delta;
    const known = this.#seqs.get(channel);
    if (stream !== this.#stream) return 'gap';
    // A channel that this page has just left may still speak once.
    if (known === undefined) return channel === 'lots' ? 'gap' : 'ignored';
    if (seq <= known) return 'ignored';
    if (seq > known + 1) {
      this.forget(channel);
      return 'gap';
    }
    this.#seqs.set(channel, seq);
    this.#take(channel, delta);
    return 'applied';
  }

  #take(channel: string, { at, lots, bays }: Pick<LiveSnapshot, 'at' | 'lots' | 'bays'>): void {
    for (const lot of lots ?? []) {
      this.lots.set(lot.lot, lotNowOfLive(lot));
      this.#saidAt.set(lot.lot, at);
    }
    const own = this.#baysOf.get(channel) ?? new Set();
    this.#baysOf.set(channel, own);
    for (const { bay, state, closed } of bays ?? []) {
      own.add(bay);
      this.bays.set(bay, closed === true ? 'closed' : state);
    }
  }

  /**
   * A beat that was made before a lot's newest entry and comes after it knows less of that lot. One
   * that seems older by more than a beat's period is not late: the server's clock was set back.
   */
  #takeAges({ at, observedAt }: LiveBeat): void {
    for (const [id, observed] of Object.entries(observedAt)) {
      const lot = id as LotId;
      const known = this.lots.get(lot);
      const lateMs = (this.#saidAt.get(lot) ?? 0) - at;
      if (!known || (lateMs > 0 && lateMs <= deadlines.beatEveryMs)) continue;
      this.lots.set(lot, { ...known, observedAt: observed });
    }
  }
}
