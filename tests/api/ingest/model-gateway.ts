import type { JournalRecord } from '#contract/event.ts';
import type { AckMessage } from '#contract/messages.ts';

type Content = { readonly [Key in string]: unknown };

interface ModelJournal {
  readonly id: string;
  readonly records: Map<number, JournalRecord>;
  readonly observedSettled: Map<number, number>;
  lastSeq: number;
  lastBaySeq: number;
  firstHeld: number;
  settled: number;
}

/** What a gateway does with its journals, as far as the api can see it: go-back-N, never forgetting. */
export class ModelGateway {
  readonly id: string;
  readonly everJournalled = new Map<string, JournalRecord>();
  readonly dropped = new Set<string>();
  #journals: ModelJournal[] = [];
  #restarts = 0;

  constructor(id: string) {
    this.id = id;
    this.restart();
  }

  get running(): ModelJournal {
    const running = this.#journals.at(-1);
    if (!running) throw new Error('a gateway always has a running journal');
    return running;
  }

  get held(): string[] {
    return this.#journals.map((journal) => journal.id);
  }

  get isSettled(): boolean {
    return this.#journals.every((journal) => !hasUnsettled(journal));
  }

  restart(): void {
    this.#restarts += 1;
    const mark = Buffer.from(`${this.id}/${this.#restarts}`).toString('hex');
    this.#journals.push({
      id: mark.padEnd(32, '0').slice(0, 32),
      records: new Map(),
      observedSettled: new Map(),
      lastSeq: 0,
      lastBaySeq: 0,
      firstHeld: 1,
      settled: 0,
    });
  }

  journal(content: Content): number {
    const journal = this.running;
    journal.lastSeq += 1;
    if (content['kind'] === 'bay') journal.lastBaySeq = journal.lastSeq;
    this.#keep(journal, { ...content, seq: journal.lastSeq } as unknown as JournalRecord);
    return journal.lastSeq;
  }

  /** Moves the end of the running journal's newest interval. */
  extend(byMs: number): void {
    const journal = this.running;
    const newest = [...journal.records.values()].findLast((record) => record.kind === 'observed');
    if (newest?.kind === 'observed') {
      this.#keep(journal, { ...newest, until: newest.until + byMs });
    }
  }

  /** The journal is full: its oldest records are gone for good. */
  drop(count: number): void {
    const [journal] = this.#journals;
    if (!journal) return;
    const last = Math.min(journal.firstHeld + count - 1, journal.lastSeq);
    for (let seq = journal.firstHeld; seq <= last; seq += 1) {
      journal.records.delete(seq);
      this.dropped.add(`${journal.id}/${seq}`);
      journal.firstHeld = seq + 1;
    }
  }

  /** A batch of the oldest journal that has anything unsettled; `skip` pipelines a later one. */
  batch(publishedAt: number, size: number, skip = 0): object | undefined {
    const journal = this.#journals.find(hasUnsettled);
    if (!journal) return undefined;
    const unsettled = unsettledOf(journal).slice(skip, skip + size);
    if (unsettled.length === 0) return undefined;
    return {
      v: 1,
      journal: journal.id,
      held: this.held,
      firstHeld: journal.firstHeld,
      publishedAt,
      records: unsettled,
    };
  }

  hear(ack: AckMessage): void {
    for (const journal of this.#journals) {
      const settled = ack.settled[journal.id as keyof AckMessage['settled']];
      if (!settled) continue;
      journal.settled = settled.seq;
      for (const [seq, until] of Object.entries(settled.observed)) {
        journal.observedSettled.set(Number(seq), until);
      }
    }
    this.#journals = this.#journals.filter(
      (journal) => journal === this.running || hasUnsettled(journal),
    );
  }

  /** The truth of a bay: its last event, in which journal. */
  lastOf(bay: string): { readonly journal: string; readonly state: string } | undefined {
    const found = [...this.everJournalled].findLast(
      ([, record]) => record.kind === 'bay' && record.bay === bay,
    );
    if (found?.[1].kind !== 'bay') return undefined;
    return { journal: found[0].split('/')[0] ?? '', state: found[1].state };
  }

  #keep(journal: ModelJournal, record: JournalRecord): void {
    journal.records.set(record.seq, record);
    this.everJournalled.set(`${journal.id}/${record.seq}`, record);
  }
}

function unsettledOf(journal: ModelJournal): JournalRecord[] {
  return [...journal.records.values()]
    .filter(
      (record) =>
        record.seq > journal.settled ||
        (record.kind === 'observed' &&
          record.until > (journal.observedSettled.get(record.seq) ?? 0)),
    )
    .toSorted((a, b) => a.seq - b.seq);
}

const hasUnsettled = (journal: ModelJournal) => unsettledOf(journal).length > 0;
