import type { ClassCount } from '#contract/bay.ts';
import { deadlines } from '#contract/deadlines.ts';
import type { JournalRecord } from '#contract/event.ts';
import type { BayId, GatewayId, LotId } from '#contract/ids.ts';
import type { BayLive, LotLive } from '#contract/live.ts';
import type { ObservedMessage, SnapshotMessage } from '#contract/messages.ts';
import type { CorrectedBay, EffectiveSite } from '#contract/site-overlay.ts';
import type { Clock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { BayTable, STATES, UNKNOWN } from './bay-table.ts';
import type { BelievedState } from './bay-table.ts';
import { ClockOffsets } from './clock-offset.ts';
import { ExpiryRing } from './expiry-ring.ts';
import { FlapWatch } from './flap-watch.ts';
import type { PlacedReport } from './early-reports.ts';
import { JournalHearing } from './journal-hearing.ts';
import type { LiveStateReader, StateChange } from './live-state.ts';
import type { LiveStateOptions } from './live-state-options.ts';
import type { Heard, LiveStateWriter } from './live-state-writer.ts';
import { LotFacts } from './lot-facts.ts';
import { Quarantine } from './quarantine.ts';
import type { Quarantined, QuarantineReason } from './quarantine.ts';
import { sensedBaysOf } from './sensed-bays.ts';
import { StateCounts } from './state-counts.ts';
import type { SensedBay, SensedBays, SensedLot } from './sensed-bays.ts';

/** How exactly a bay's deadline is kept, in milliseconds. */
const SWEEP_MS = 250;

export interface LiveState extends LiveStateReader, LiveStateWriter {
  /** Gateways that are not believed now; their bays are unknown. */
  readonly quarantined: readonly Quarantined[];
  /** Makes unknown what has passed its deadline; called by its own timer. */
  sweep(): void;
  close(): void;
}

export function openLiveState(options: LiveStateOptions): LiveState {
  return new TabledLiveState(options);
}

class TabledLiveState implements LiveState {
  readonly #clock: Clock;
  #sensed: SensedBays;
  #closedBays: ReadonlySet<BayId>;
  #corrected: ReadonlyMap<BayId, CorrectedBay>;
  #table: BayTable;
  #counts: StateCounts;
  #ring: ExpiryRing;
  readonly #hearing = new JournalHearing();
  #facts = new LotFacts();
  #flaps: FlapWatch<GatewayId>;
  readonly #quarantine: Quarantine;
  readonly #offsets = new ClockOffsets();
  readonly #listeners = new Set<(changed: StateChange) => void>();
  #changedBays = new Set<number>();
  #changedLots = new Set<number>();
  readonly #timer: NodeJS.Timeout;

  constructor({
    site,
    closedBays = new Set(),
    corrected = new Map(),
    clock,
    restored,
    log = silentLog,
  }: LiveStateOptions) {
    this.#clock = clock;
    this.#closedBays = closedBays;
    this.#corrected = corrected;
    this.#sensed = sensedBaysOf(site);
    const { bays, bayCountOf } = this.#sensed;
    this.#flaps = new FlapWatch(bayCountOf);
    this.#quarantine = new Quarantine(clock, log);
    this.#table = new BayTable(bays.length);
    this.#counts = new StateCounts(this.#sensed, closedBays, corrected);
    for (const bay of bays) this.#counts.count(bay, 2, 1);
    this.#ring = new ExpiryRing(bays.length, deadlines.apiUnknownMs, SWEEP_MS, clock.monoMs());
    for (const { bay, journalOrder: order, seq, state, sensedAt } of restored?.bays ?? []) {
      const at = this.#sensed.bayAt.get(bay);
      if (at === undefined) continue;
      this.#table.believe(at, { state, sensedAt, order, seq });
      this.#table.setKnownUntil(at, sensedAt);
    }
    for (const { lot, journalOrder, fact } of restored?.facts ?? []) {
      const at = this.#sensed.lotAt.get(lot);
      if (at !== undefined) this.#facts.hear(at, journalOrder, fact, clock.wallMs());
    }
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS);
  }

  bay(bay: BayId): BayLive | undefined {
    const at = this.#sensed.bayAt.get(bay);
    return at === undefined ? undefined : this.#bayLive(at);
  }

  baysOf(lot: LotId): readonly BayLive[] {
    return this.#lotOf(lot)?.bays.map((at) => this.#bayLive(at)) ?? [];
  }

  lot(lot: LotId): LotLive | undefined {
    const at = this.#sensed.lotAt.get(lot);
    return at === undefined ? undefined : this.#lotLive(at);
  }

  lots(): readonly LotLive[] {
    return this.#sensed.lots.map((_, at) => this.#lotLive(at));
  }

  onChanged(listener: (changed: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  knowJournal(order: number, settled: number): void {
    this.#hearing.known(order, settled);
  }

  hearRecord(gateway: GatewayId, order: number, record: JournalRecord): void {
    if (record.kind === 'bay') {
      const { state, sensedAt, seq } = record;
      const at = this.#ownBay(gateway, record.bay);
      if (at !== undefined && this.#table.compare(at, order, seq) < 0) {
        this.#believe(at, { state, sensedAt, order, seq });
      }
    } else if (record.kind === 'lot') {
      const at = this.#sensed.lotAt.get(record.lot);
      if (at !== undefined && this.#facts.hear(at, order, record, this.#clock.wallMs())) {
        this.#changedLots.add(at);
      }
    }
    this.#heard(gateway, order, record.seq);
  }

  #heard(gateway: GatewayId, order: number, seq: number): void {
    const report = this.#hearing.heard(gateway, order, seq);
    if (report) this.#observe(gateway, report);
  }

  #observe(gateway: GatewayId, { order, message, sentMs }: PlacedReport): void {
    for (const bay in message.ages) {
      const at = this.#ownBay(gateway, bay as BayId);
      if (at === undefined || this.#table.orderOf(at) !== order) continue;
      if (!this.#hearing.covers(order, message.seq, this.#table.seqOf(at))) continue;
      this.#table.observe(at, sentMs - (message.ages[bay as BayId] ?? 0));
      this.#show(at);
    }
  }

  hearLoss(order: number, toSeq: number): void {
    this.#hearing.lost(order, toSeq);
  }

  doubtBay(gateway: GatewayId, order: number, seq: number, bay: BayId | undefined): void {
    this.#heard(gateway, order, seq);
    const at = bay === undefined ? undefined : this.#ownBay(gateway, bay);
    if (at === undefined || this.#table.compare(at, order, seq) >= 0) return;
    this.#believe(at, { state: 'unknown', sensedAt: this.#knownUntil(at), order, seq });
  }

  hearSnapshot(gateway: GatewayId, order: number, message: SnapshotMessage, heard: Heard): void {
    const { seq, publishedAt } = message;
    const sentMs = heard.retained ? undefined : this.#offsets.sentMs(gateway, publishedAt, heard);
    for (const { bay, state, sensedAt, ageMs } of message.bays) {
      const at = this.#ownBay(gateway, bay);
      if (at === undefined) continue;
      const newer = this.#table.compare(at, order, seq);
      // A live snapshot at the same seq is the later word: a gateway that holds its events says
      // by snapshots alone what changed. A kept one may be of any time.
      if (newer > 0 || (newer === 0 && heard.retained)) continue;
      if (sentMs === undefined) {
        const knownAt = state === 'unknown' || ageMs === null ? sensedAt : publishedAt - ageMs;
        this.#table.setKnownUntil(at, Math.max(0, knownAt));
      } else if (ageMs !== null) {
        this.#table.observe(at, sentMs - ageMs);
      }
      this.#believe(at, { state, sensedAt, order, seq });
    }
  }

  hearObserved(gateway: GatewayId, order: number, message: ObservedMessage, heard: Heard): void {
    if (heard.retained) return;
    const sentMs = this.#offsets.sentMs(gateway, message.publishedAt, heard);
    const report = { order, message, sentMs };
    this.#hearing.told(gateway, report);
    this.#observe(gateway, report);
  }

  get quarantined(): readonly Quarantined[] {
    return this.#quarantine.all;
  }

  quarantine(gateway: GatewayId, reason: QuarantineReason): void {
    if (this.#quarantine.add(gateway, reason)) this.#showAll(gateway);
  }

  announce(): void {
    if (this.#changedBays.size === 0 && this.#changedLots.size === 0) return;
    const bays: BayId[] = [];
    const lots: LotId[] = [];
    for (const at of this.#changedBays) bays.push((this.#sensed.bays[at] as SensedBay).bay);
    for (const at of this.#changedLots) lots.push((this.#sensed.lots[at] as SensedLot).lot);
    const changed: StateChange = { bays, lots };
    this.#changedBays = new Set();
    this.#changedLots = new Set();
    for (const listener of this.#listeners) listener(changed);
  }

  sweep(): void {
    for (const at of this.#ring.takeDue(this.#clock.monoMs())) this.#show(at);
    for (const gateway of this.#quarantine.takeCalm()) this.#showAll(gateway);
    for (const at of this.#facts.expire(this.#clock.wallMs())) this.#changedLots.add(at);
    this.announce();
  }

  changeSite({ site, closedBays, corrected }: EffectiveSite): void {
    const [before, table] = [this.#sensed, this.#table];
    this.#sensed = sensedBaysOf(site);
    this.#closedBays = closedBays;
    this.#corrected = corrected;
    const { bays, bayCountOf } = this.#sensed;
    this.#flaps = new FlapWatch(bayCountOf);
    const moves = bays.map(({ bay, gateway }) => {
      const from = before.bayAt.get(bay);
      return from !== undefined && before.bays[from]?.gateway === gateway ? from : undefined;
    });
    const monoMs = this.#clock.monoMs();
    this.#table = table.rearranged(moves);
    this.#counts = new StateCounts(this.#sensed, closedBays, corrected);
    this.#ring = new ExpiryRing(bays.length, deadlines.apiUnknownMs, SWEEP_MS, monoMs);
    for (const [at, bay] of bays.entries()) {
      const shown = this.#table.shown(at);
      this.#counts.count(bay, shown, 1);
      if (shown !== UNKNOWN)
        this.#ring.put(at, this.#table.observedMs(at) + deadlines.apiUnknownMs);
    }
    const lotAt = (at: number) => this.#sensed.lotAt.get(before.lots[at]?.lot as LotId);
    this.#facts = this.#facts.rearranged(lotAt);
    this.#changedBays = new Set();
    this.#changedLots = new Set();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #believe(at: number, believed: BelievedState): void {
    const before = this.#table.since(at);
    this.#table.believe(at, believed);
    const gateway = this.#sensed.bays[at]?.gateway;
    if (gateway && !this.#flaps.isPlausible(gateway, at, believed.state, believed.sensedAt)) {
      this.quarantine(gateway, 'implausible_changes');
    }
    this.#show(at);
    if (this.#table.since(at) !== before) this.#changedBays.add(at);
  }

  #showAll(gateway: GatewayId): void {
    for (const [at, bay] of this.#sensed.bays.entries())
      if (bay.gateway === gateway) this.#show(at);
  }

  /** Shows what is believed while its observation is fresh and its gateway trusted, else unknown. */
  #show(at: number): void {
    const observedMs = this.#table.observedMs(at);
    const bay = this.#sensed.bays[at];
    const trusted = bay !== undefined && !this.#quarantine.has(bay.gateway);
    const fresh = trusted && this.#clock.monoMs() - observedMs < deadlines.apiUnknownMs;
    const before = this.#table.show(at, fresh);
    const now = this.#table.shown(at);
    if (fresh) this.#ring.put(at, observedMs + deadlines.apiUnknownMs);
    if (now === before) return;
    if (!fresh) this.#table.setKnownUntil(at, this.#wallOf(observedMs));
    if (!bay) return;
    this.#counts.count(bay, before, -1);
    this.#counts.count(bay, now, 1);
    this.#changedBays.add(at);
    this.#changedLots.add(bay.lotAt);
  }

  #ownBay(gateway: GatewayId, bay: BayId): number | undefined {
    const at = this.#sensed.bayAt.get(bay);
    return at !== undefined && this.#sensed.bays[at]?.gateway === gateway ? at : undefined;
  }

  #wallOf(monoMs: number): number {
    return Math.max(0, Math.round(this.#clock.wallMs() - (this.#clock.monoMs() - monoMs)));
  }

  #knownUntil(at: number): number {
    const observedMs = this.#table.observedMs(at);
    return Number.isFinite(observedMs) ? this.#wallOf(observedMs) : this.#table.since(at);
  }

  #bayLive(at: number): BayLive {
    const bay = this.#sensed.bays[at]?.bay;
    if (bay === undefined) throw new Error(`live state has no bay ${at}`);
    const since = this.#table.since(at);
    if (this.#closedBays.has(bay)) return { bay, state: 'unknown', since, closed: true };
    const corrected = this.#corrected.get(bay);
    if (corrected !== undefined) return { bay, ...corrected, corrected: true };
    return { bay, state: STATES[this.#table.shown(at)], since };
  }

  #lotOf(lot: LotId): SensedLot | undefined {
    const at = this.#sensed.lotAt.get(lot);
    return at === undefined ? undefined : this.#sensed.lots[at];
  }

  #lotLive(lotAt: number): LotLive {
    const sensed = this.#sensed.lots[lotAt];
    if (sensed === undefined) throw new Error(`live state has no lot ${lotAt}`);
    const counts = sensed.classes.map(({ class: bayClass, countAt }): ClassCount => {
      return { class: bayClass, ...this.#counts.of(countAt) };
    });
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const at of sensed.bays) {
      const bay = this.#sensed.bays[at]?.bay as BayId;
      // Somebody vouches for it until its end: it is as old as this moment.
      if (this.#corrected.has(bay)) oldestMs = Math.min(oldestMs, this.#clock.monoMs());
      else if (!this.#closedBays.has(bay) && this.#table.shown(at) !== UNKNOWN) {
        oldestMs = Math.min(oldestMs, this.#table.observedMs(at));
      }
    }
    return {
      lot: sensed.lot,
      counts,
      observedAt: Number.isFinite(oldestMs) ? this.#wallOf(oldestMs) : null,
      fact: this.#facts.factOf(lotAt, this.#clock.wallMs()),
    };
  }
}
