import type { GatewayId, JournalId, LineId } from '#contract/ids.ts';
import type { OpenInterval, Stored } from './log-entry.ts';

/** One journal as the log knows it: what is committed, and what is accepted but not yet committed. */
export class Journal {
  /** Rises in the order in which the api learned of journals. */
  readonly order: number;
  readonly id: JournalId;
  readonly gateway: GatewayId;
  #accepted: number;
  #committed: number;
  readonly #pending = new Map<number, Stored>();
  readonly #intervals = new Map<LineId, OpenInterval>();

  constructor(known: { order: number; id: JournalId; gateway: GatewayId; settled: number }) {
    this.order = known.order;
    this.id = known.id;
    this.gateway = known.gateway;
    this.#accepted = known.settled;
    this.#committed = known.settled;
  }

  /** Every seq up to this one has been taken; more than `committed` only while a group is open. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Every seq up to this one is settled: it may be acknowledged. */
  get committed(): number {
    return this.#committed;
  }

  /** The newest committed interval of each line. */
  get intervals(): Iterable<OpenInterval> {
    return this.#intervals.values();
  }

  /** What is accepted under this seq and not yet committed. */
  pendingAt(seq: number): Stored | undefined {
    return this.#pending.get(seq);
  }

  accept(seq: number, stored: Stored | undefined): void {
    if (stored) this.#pending.set(seq, stored);
    if (seq > this.#accepted) this.#accepted = seq;
  }

  committedNow(): void {
    for (const stored of this.#pending.values()) {
      if (stored.kind !== 'record' || stored.record.kind !== 'observed') continue;
      const { line, seq, until } = stored.record;
      this.setInterval({ line, seq, until });
    }
    this.#pending.clear();
    this.#committed = this.#accepted;
  }

  setInterval(interval: OpenInterval): void {
    const known = this.#intervals.get(interval.line);
    if (known === undefined || interval.seq >= known.seq) {
      this.#intervals.set(interval.line, interval);
    }
  }

  rollBack(): void {
    this.#pending.clear();
    this.#accepted = this.#committed;
  }
}

/** All journals that the log knows, and those just learned of that no commit has written yet. */
export class Journals {
  readonly #byId = new Map<JournalId, Journal>();
  readonly #byOrder = new Map<number, Journal>();
  readonly #ofGateway = new Map<GatewayId, Journal[]>();
  readonly #unsaved = new Set<Journal>();
  #lastOrder: number;

  /** `afterOrder`: the first journal that is learned of comes after it. */
  constructor(afterOrder = 0) {
    this.#lastOrder = afterOrder;
  }

  /** A journal that the log's files hold. */
  restore(known: { order: number; id: JournalId; gateway: GatewayId; settled: number }): Journal {
    const journal = new Journal(known);
    this.#byId.set(journal.id, journal);
    this.#byOrder.set(journal.order, journal);
    const siblings = this.#ofGateway.get(journal.gateway);
    if (siblings) siblings.push(journal);
    else this.#ofGateway.set(journal.gateway, [journal]);
    this.#lastOrder = Math.max(this.#lastOrder, journal.order);
    return journal;
  }

  /**
   * Learns of the journals on a gateway's disk, oldest first. Order is fixed here once for ever,
   * so that a restarted gateway's older journals stand before its running one even when their
   * records come later. True: one of them is new.
   */
  learn(gateway: GatewayId, held: readonly JournalId[]): boolean {
    let isNew = false;
    for (const id of held) {
      if (this.#byId.has(id)) continue;
      isNew = true;
      this.#unsaved.add(this.restore({ order: this.#lastOrder + 1, id, gateway, settled: 0 }));
    }
    return isNew;
  }

  find(id: JournalId): Journal | undefined {
    return this.#byId.get(id);
  }

  atOrder(order: number): Journal {
    const journal = this.#byOrder.get(order);
    if (!journal) throw new Error(`the log names journal ${order}, which it does not hold`);
    return journal;
  }

  /** A gateway's journals, oldest first. */
  of(gateway: GatewayId): readonly Journal[] {
    return this.#ofGateway.get(gateway) ?? [];
  }

  [Symbol.iterator](): IterableIterator<Journal> {
    return this.#byId.values();
  }

  /** Journals that the next commit must write, or a restart would learn of them in another order. */
  get unsaved(): Iterable<Journal> {
    return this.#unsaved;
  }

  saved(): void {
    this.#unsaved.clear();
  }
}
