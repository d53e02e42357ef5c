import { randomBytes } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import { JournalRecord } from '#contract/event.ts';
import type { ObservedEvent } from '#contract/event.ts';
import { HealthMessage } from '#contract/health.ts';
import { MAX_MESSAGE_BYTES } from '#contract/message-size.ts';
import { EventsMessage, ObservedMessage } from '#contract/messages.ts';
import { matchTopic } from '#contract/topics.ts';

interface KeptJournal {
  mark: number;
  readonly records: Map<number, JournalRecord>;
  lostBelow: number;
}

/** What the scripted api does with the n-th batch: hear it at all, acknowledge it. */
export interface Manners {
  hears(n: number): boolean;
  acknowledges(n: number): boolean;
}

export const wellBehaved: Manners = { hears: () => true, acknowledges: () => true };

/**
 * The far side of the protocol, by its rules: only the next seq is accepted, what is ahead is
 * ignored, an interval's later end wins. Its manners are the test's.
 */
export class ScriptedApi {
  readonly kinds: string[] = [];
  readonly journals = new Map<string, KeptJournal>();
  /** Which journal's records were accepted, in order, without repeats. */
  readonly order: string[] = [];
  readonly batches: EventsMessage[] = [];
  readonly problems: string[] = [];
  readonly cleared: string[] = [];
  /** Of the last observation report. */
  ages: Readonly<Record<string, number>> = {};
  /** By line, as last told. */
  readonly health = new Map<string, HealthMessage>();
  manners: Manners = wellBehaved;
  logId = randomBytes(16).toString('hex');
  api = 'api-1';
  apiAt: () => number = () => Date.now();
  readonly #client: MqttClient;
  readonly #ackPath: string;
  readonly #site: string;

  constructor(client: MqttClient, ackPath: string, site = 'jeonju') {
    this.#site = site;
    this.#client = client;
    this.#ackPath = ackPath;
    client.on('message', (path, bytes) => {
      const name = matchTopic(path)?.name ?? path;
      // A retained message was cleared.
      if (bytes.length === 0) return void this.cleared.push(path);
      const message: unknown = JSON.parse(bytes.toString('utf8'));
      const isOffline = name === 'status' && (message as { state: string }).state === 'offline';
      this.kinds.push(isOffline ? 'offline' : name);
      if (bytes.length > MAX_MESSAGE_BYTES) this.problems.push(`${name}: ${bytes.length} bytes`);
      if (name === 'observed') this.ages = ObservedMessage.parse(message).ages;
      if (name === 'health') {
        const health = HealthMessage.parse(message);
        this.health.set(health.line, health);
      }
      if (name === 'events') this.#hear(EventsMessage.parse(message));
      if (name === 'status' && !isOffline) this.announce();
    });
  }

  async listen(): Promise<void> {
    for (const topic of ['events', 'snapshot/+', 'health/+', 'observed', 'status']) {
      await this.#client.subscribeAsync(`binjari/v1/${this.#site}/gateway/+/${topic}`, { qos: 1 });
    }
  }

  /** All accepted records of a journal, in order. */
  recordsOf(journal: string): JournalRecord[] {
    const kept = this.journals.get(journal);
    return kept ? [...kept.records.entries()].toSorted(([x], [y]) => x - y).map(([, r]) => r) : [];
  }

  /** The log was restored from a copy: what came after `mark` is gone, and every interval's end. */
  fallBack(journal: string, mark: number): void {
    const kept = this.journals.get(journal);
    if (!kept) return;
    kept.mark = mark;
    for (const [seq, record] of kept.records) {
      if (seq > mark) kept.records.delete(seq);
      else if (record.kind === 'observed') {
        kept.records.set(seq, { ...record, until: record.from });
      }
    }
    this.announce();
  }

  /** Another api, which acknowledges nothing, asks for snapshots. */
  async ask(run: string): Promise<void> {
    const command = JSON.stringify({ v: 1, command: 'snapshots', api: run });
    const path = this.#ackPath.replace(/ack$/, 'command');
    await this.#client.publishAsync(path, command, { qos: 1 });
  }

  announce(): void {
    const settled = Object.fromEntries(
      [...this.journals].map(([id, { mark, records }]) => [
        id,
        {
          seq: mark,
          observed: Object.fromEntries(
            [...records.values()]
              .filter((record): record is ObservedEvent => record.kind === 'observed')
              .map((record) => [String(record.seq), record.until]),
          ),
        },
      ]),
    );
    const ack = { v: 1, logId: this.logId, api: this.api, apiAt: this.apiAt(), settled };
    this.#client.publish(this.#ackPath, JSON.stringify(ack), { qos: 1 });
  }

  #hear(message: EventsMessage): void {
    this.batches.push(message);
    const n = this.batches.length;
    if (!this.manners.hears(n)) return;
    const kept = this.journals.get(message.journal) ?? {
      mark: 0,
      records: new Map(),
      lostBelow: 0,
    };
    this.journals.set(message.journal, kept);
    if (message.firstHeld > kept.mark + 1) {
      kept.mark = message.firstHeld - 1;
      kept.lostBelow = message.firstHeld;
    }
    for (const sent of message.records)
      this.#take(message.journal, kept, JournalRecord.parse(sent));
    if (this.manners.acknowledges(n)) this.announce();
  }

  #take(journal: string, kept: KeptJournal, record: JournalRecord): void {
    if (record.seq > kept.mark + 1) return;
    const stored = kept.records.get(record.seq);
    if (record.seq === kept.mark + 1) {
      kept.mark = record.seq;
      kept.records.set(record.seq, record);
      if (this.order.at(-1) !== journal) this.order.push(journal);
    } else if (stored) this.#compare(kept, stored, record);
    if (record.kind === 'bay') this.#checkCoverage(kept, record);
  }

  #compare(kept: KeptJournal, stored: JournalRecord, record: JournalRecord): void {
    if (stored.kind === 'observed' && record.kind === 'observed') {
      const until = Math.max(stored.until, record.until);
      kept.records.set(record.seq, { ...record, until });
      if (JSON.stringify({ ...stored, until }) === JSON.stringify({ ...record, until })) return;
    } else if (JSON.stringify(stored) === JSON.stringify(record)) return;
    this.problems.push(`conflict at ${record.seq}`);
  }

  /** An event may not lie in time that an interval of an earlier message has claimed. */
  #checkCoverage(kept: KeptJournal, event: JournalRecord & { kind: 'bay' }): void {
    if (kept.records.get(event.seq) !== event) return;
    for (const record of kept.records.values()) {
      if (record.kind !== 'observed' || !record.bays.includes(event.bay)) continue;
      const claimed = record.from < event.sensedAt && event.sensedAt < record.until;
      if (claimed && !this.#inLastBatch(record.seq)) {
        this.problems.push(`event ${event.seq} lies inside interval ${record.seq}`);
      }
    }
  }

  #inLastBatch(seq: number): boolean {
    const records = (this.batches.at(-1)?.records ?? []) as { readonly seq: number }[];
    return records.some((record) => record.seq === seq);
  }
}
