import { randomBytes } from 'node:crypto';
import type { GatewayId, JournalId, SiteId } from '#contract/ids.ts';
import type { AckMessage } from '#contract/messages.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { EventLog } from '../log/open-event-log.ts';
import type { Journal } from '../log/journals.ts';

/** Acknowledgements wait at most this long for more of the same gateway. */
const COALESCE_MS = 5;
/** Intervals named in one acknowledgement; the rest follow in the next. */
const INTERVALS_MOST = 512;
/** Journals announced to a gateway that has not yet said which it holds. */
const RECENT_JOURNALS = 16;

export interface AcknowledgerOptions {
  readonly site: SiteId;
  readonly link: Pick<MqttLink, 'publish' | 'connected'>;
  readonly eventLog: Pick<EventLog, 'logId' | 'journals'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Due {
  /** Intervals, by journal and seq, whose committed end the gateway waits for. */
  readonly intervals: Map<JournalId, Map<number, number>>;
}

/** Tells gateways what is settled: only what is committed, per gateway, coalesced. */
export class Acknowledger {
  readonly #options: AcknowledgerOptions;
  /** Random, new at every start: a gateway that sees a new one sends its snapshots. */
  readonly #run = randomBytes(8).toString('hex');
  readonly #held = new Map<GatewayId, readonly JournalId[]>();
  readonly #due = new Map<GatewayId, Due>();
  readonly #sending = new Set<GatewayId>();
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;
  #unsent = 0;
  #closed = false;

  constructor(options: AcknowledgerOptions) {
    this.#options = options;
  }

  get counts(): { readonly sent: number; readonly unsent: number } {
    return { sent: this.#sent, unsent: this.#unsent };
  }

  /** The journals that a gateway says it has on its disk. */
  hold(gateway: GatewayId, held: readonly JournalId[]): void {
    this.#held.set(gateway, held);
  }

  due(gateway: GatewayId): void {
    if (this.#closed) return;
    if (!this.#due.has(gateway)) this.#due.set(gateway, { intervals: new Map() });
    this.#schedule();
  }

  /** The committed end of an interval was asked for, or has moved. */
  dueInterval(journal: Journal, seq: number, until: number): void {
    this.due(journal.gateway);
    const due = this.#due.get(journal.gateway);
    if (!due) return;
    const ends = due.intervals.get(journal.id) ?? new Map<number, number>();
    if (ends.size < INTERVALS_MOST) ends.set(seq, Math.max(until, ends.get(seq) ?? 0));
    due.intervals.set(journal.id, ends);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const gateway of this.#due.keys()) {
        if (!this.#sending.has(gateway)) void this.#send(gateway);
      }
    }, COALESCE_MS);
  }

  async #send(gateway: GatewayId): Promise<void> {
    const { site, link, log } = this.#options;
    const due = this.#due.get(gateway);
    this.#due.delete(gateway);
    if (!due) return;
    // Nothing is kept for later: a gateway that comes back is told its marks anew.
    if (!link.connected) {
      this.#unsent += 1;
      return;
    }
    this.#sending.add(gateway);
    try {
      await link.publish('ack', { site, gateway }, this.#message(gateway, due));
      this.#sent += 1;
    } catch (error) {
      this.#unsent += 1;
      log.debug({ gateway, reason: messageOf(error) }, 'ingest.ack.unsent');
    } finally {
      this.#sending.delete(gateway);
      if (this.#due.has(gateway) && !this.#closed) this.#schedule();
    }
  }

  #message(gateway: GatewayId, due: Due): AckMessage {
    const { eventLog, clock } = this.#options;
    const held =
      this.#held.get(gateway) ??
      eventLog.journals
        .of(gateway)
        .slice(-RECENT_JOURNALS)
        .map((journal) => journal.id);
    const settled: Record<JournalId, { seq: number; observed: Record<string, number> }> = {};
    let room = INTERVALS_MOST;
    // The running journal last in `held`, first served.
    for (const id of held.toReversed()) {
      const journal = eventLog.journals.find(id);
      const observed: Record<string, number> = {};
      const mine = journal?.gateway === gateway ? journal : undefined;
      const ends = new Map(due.intervals.get(id));
      for (const { seq, until } of mine?.intervals ?? []) {
        ends.set(seq, Math.max(until, ends.get(seq) ?? 0));
      }
      for (const [seq, until] of ends) {
        if (room === 0) break;
        observed[seq] = until;
        room -= 1;
      }
      settled[id] = { seq: mine?.committed ?? 0, observed };
    }
    return {
      v: 1,
      logId: eventLog.logId,
      api: this.#run,
      apiAt: clock.wallMs(),
      settled,
    };
  }
}
