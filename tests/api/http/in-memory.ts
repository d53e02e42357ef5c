import type { BayState, ClassCount } from '#contract/bay.ts';
import { LogId } from '#contract/ids.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { BayLive, LotLive } from '#contract/live.ts';
import type { Site } from '#contract/site-check.ts';
import type { ObservedSpan, Stay } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import { UnavailableError } from '#runtime/errors.ts';
import type { KnownSpan } from '#api/history/answers/known-time.ts';
import type {
  HistoryReader,
  HistoryStatus,
  Hour,
  LotDwell,
  LotHour,
  Verification,
} from '#api/history/history.ts';
import type { EventLogReader, LoggedRecord, SealedHour } from '#api/log/event-log.ts';
import type { LiveStateReader, StateChange } from '#api/state/live-state.ts';

/** Live state by hand: a test says what a bay is. */
export class InMemoryLiveState implements LiveStateReader {
  readonly #site: Site;
  readonly #bays: Map<string, BayLive>;
  readonly #observedAt = new Map<string, number | null>();
  readonly #facts = new Map<string, LotLive['fact']>();
  readonly #listeners = new Set<(changed: StateChange) => void>();

  readonly #placed: Map<string, { lot: LotId; class: ClassCount['class'] }>;

  readonly #ofLot = new Map<LotId, BayId[]>();

  constructor(site: Site) {
    this.#site = site;
    for (const { properties } of site.bays) {
      const own = this.#ofLot.get(properties.lot);
      if (own) own.push(properties.id);
      else this.#ofLot.set(properties.lot, [properties.id]);
    }
    this.#placed = new Map(site.bays.map(({ properties }) => [properties.id, properties]));
    const sensed = new Set(
      site.gateways.flatMap(({ properties }) =>
        properties.lines.flatMap(({ sensors }) => sensors.map(({ bay }) => bay)),
      ),
    );
    this.#bays = new Map(
      site.bays
        .filter(({ properties }) => sensed.has(properties.id))
        .map(({ properties: { id } }) => [id, { bay: id, state: 'unknown', since: 0 }]),
    );
  }

  set(changes: readonly (readonly [bay: string, state: BayState])[], at: number): void {
    const lots = new Set<LotId>();
    const bays: BayId[] = [];
    for (const [id, state] of changes) {
      const lot = this.#lotOf(id);
      const bay = this.#bays.get(id)?.bay;
      if (lot === undefined || bay === undefined) throw new Error(`no sensed bay ${id}`);
      this.#bays.set(id, { bay, state, since: at });
      this.#observedAt.set(lot, at);
      lots.add(lot);
      bays.push(bay);
    }
    for (const listener of this.#listeners) listener({ bays, lots: [...lots] });
  }

  /** Takes a bay out of service. */
  close(id: string): void {
    const known = this.#bays.get(id);
    if (known) this.#bays.set(id, { ...known, state: 'unknown', closed: true });
  }

  observe(lot: string, at: number | null): void {
    this.#observedAt.set(lot, at);
  }

  tell(lot: string, fact: LotLive['fact']): void {
    this.#facts.set(lot, fact);
    for (const listener of this.#listeners) listener({ bays: [], lots: [lot as LotId] });
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  bay(bay: BayId): BayLive | undefined {
    return this.#bays.get(bay);
  }

  baysOf(lot: LotId): readonly BayLive[] {
    return (this.#ofLot.get(lot) ?? []).flatMap((id) => this.#bays.get(id) ?? []);
  }

  lot(lot: LotId): LotLive | undefined {
    return this.#site.lots.some(({ properties }) => properties.id === lot)
      ? {
          lot,
          counts: this.#countsOf(lot),
          observedAt: this.#observedAt.get(lot) ?? null,
          fact: this.#facts.get(lot) ?? null,
        }
      : undefined;
  }

  lots(): readonly LotLive[] {
    return this.#site.lots.flatMap(({ properties }) => this.lot(properties.id) ?? []);
  }

  onChanged(listener: (changed: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #countsOf(lot: LotId): ClassCount[] {
    const counts = new Map<string, ClassCount>();
    for (const { bay, state } of this.baysOf(lot)) {
      const bayClass = this.#classOf(bay);
      const count = counts.get(bayClass) ?? { class: bayClass, vacant: 0, occupied: 0, unknown: 0 };
      count[state] += 1;
      counts.set(bayClass, count);
    }
    return [...counts.values()];
  }

  #classOf(id: string): ClassCount['class'] {
    return this.#placed.get(id)?.class ?? 'general';
  }

  #lotOf(id: string): LotId | undefined {
    return this.#placed.get(id)?.lot;
  }
}

export class InMemoryEventLog implements EventLogReader {
  readonly logId = LogId.parse('0123456789abcdef0123456789abcdef');
  readonly records: LoggedRecord[] = [];

  sealedUntil = 0;
  sealedHours(): readonly SealedHour[] {
    return [];
  }

  get lastPosition(): number {
    return this.records.at(-1)?.position ?? 0;
  }

  recordsAfter(position: number, limit: number): readonly LoggedRecord[] {
    return this.records.filter((record) => record.position > position).slice(0, limit);
  }

  recordsOfBay(): readonly LoggedRecord[] {
    return this.records;
  }

  onCommitted(): () => void {
    return () => undefined;
  }
}

/** A view whose rows a test puts there; `rebuilding` makes it answer as a real one does meanwhile. */
export class InMemoryHistory implements HistoryReader {
  readonly hours: LotHour[] = [];
  stayRows: AsyncIterable<Stay> | Iterable<Stay> = [];
  spanRows: Iterable<ObservedSpan> = [];
  rebuilding = false;
  /** Called by `rebuild`; its end is the rebuild's. */
  onRebuild: () => Promise<void> = async () => undefined;
  position = 0;
  target = 0;
  verification: Verification = {
    position: 0,
    hours: 0,
    stays: 0,
    differingCount: 0,
    differing: [],
  };

  async lotHours(lot: LotId, { from, to }: TimeWindow): Promise<readonly LotHour[]> {
    this.#assertReady();
    return this.hours.filter((h) => h.lot === lot && h.hourAt >= from && h.hourAt < to);
  }

  async summedHours(): Promise<readonly Hour[]> {
    this.#assertReady();
    return this.hours;
  }

  dwellRows: readonly LotDwell[] = [];

  async dwell(): Promise<readonly LotDwell[]> {
    this.#assertReady();
    return this.dwellRows;
  }

  async *stays({ from, to }: TimeWindow): AsyncIterable<Stay> {
    this.#assertReady();
    for await (const stay of this.stayRows) {
      const isWithin = stay.arrivedAfter < to && (stay.departedBefore ?? to) > from;
      if (isWithin) yield stay;
    }
  }

  knownRows: Iterable<{ bay: BayId; known: readonly KnownSpan[] }> = [];

  async *knownTime(): AsyncIterable<{ bay: BayId; known: readonly KnownSpan[] }> {
    this.#assertReady();
    yield* this.knownRows;
  }

  async *observedSpans({ from, to }: TimeWindow): AsyncIterable<ObservedSpan> {
    for (const span of this.spanRows) if (span.from < to && span.until > from) yield span;
  }

  status(): HistoryStatus {
    const { position, target, rebuilding } = this;
    return { position, target, rebuilding, failed: undefined };
  }

  async rebuild(): Promise<void> {
    this.rebuilding = true;
    try {
      await this.onRebuild();
    } finally {
      this.rebuilding = false;
    }
  }

  async verify(): Promise<Verification> {
    return this.verification;
  }

  async caughtUp(): Promise<void> {
    this.position = this.target;
  }

  #assertReady(): void {
    if (this.rebuilding) {
      throw new UnavailableError('view_not_ready', `${this.position} of ${this.target} records`);
    }
  }
}
