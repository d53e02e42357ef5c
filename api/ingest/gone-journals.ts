import type { BayEvent } from '#contract/event.ts';
import type { GatewayId, JournalId } from '#contract/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { LastBayState } from '../log/log-entry.ts';
import type { Journal } from '../log/journals.ts';
import type { EventLog } from '../log/open-event-log.ts';

/** No gateway ever counts so far: what is said for a journal that is gone stands after all its own. */
const AFTER_ALL = 2 ** 40;

export interface GoneJournalsOptions {
  readonly eventLog: Pick<EventLog, 'bayStates' | 'journals' | 'lastPosition' | 'recordsOfBay'>;
  /** Puts a record into the next commit; false: not now. */
  readonly take: (journal: Journal, record: BayEvent) => boolean;
  readonly log: Log;
}

/**
 * A gateway that begins a journal without those before has another disk: nobody will say any more
 * that its bays were not watched meanwhile. They are unknown since they were last observed, as its
 * own restart would have said.
 */
export class GoneJournals {
  readonly #options: GoneJournalsOptions;
  readonly #owed = new Map<GatewayId, ReadonlySet<JournalId>>();
  /** Of the log, when something was last said: it is not said twice before it is committed. */
  #saidAt = -1;

  constructor(options: GoneJournalsOptions) {
    this.#options = options;
  }

  /** A gateway was heard: the journals on its disk, and whether one of them is new. */
  hear(gateway: GatewayId, held: readonly JournalId[], isNew: boolean): void {
    if (isNew) this.#owed.set(gateway, new Set(held));
    const still = this.#owed.get(gateway);
    const { eventLog, log } = this.#options;
    if (!still || this.#saidAt === eventLog.lastPosition) return;
    const gone = eventLog.bayStates().filter((last) => this.#isGone(last, gateway, still));
    if (gone.length === 0) return void this.#owed.delete(gateway);
    for (const [at, last] of gone.entries()) if (!this.#say(last, at)) return;
    this.#saidAt = eventLog.lastPosition;
    log.error({ gateway, bays: gone.length }, 'ingest.gateway.replaced');
  }

  /** The commit that should have said it has failed. */
  again(): void {
    this.#saidAt = -1;
  }

  #isGone({ journalOrder, state }: LastBayState, gateway: GatewayId, held: ReadonlySet<JournalId>) {
    if (state === 'unknown') return false;
    const journal = this.#options.eventLog.journals.atOrder(journalOrder);
    return journal.gateway === gateway && !held.has(journal.id);
  }

  #say({ bay, journalOrder, sensedAt }: LastBayState, at: number): boolean {
    const { eventLog, take } = this.#options;
    const journal = eventLog.journals.atOrder(journalOrder);
    const { lastPosition } = eventLog;
    let observedUntil = sensedAt;
    for (const { record, journalOrder: order } of eventLog.recordsOfBay(
      bay,
      sensedAt,
      lastPosition,
    )) {
      if (record.kind !== 'observed' || order > journalOrder) continue;
      observedUntil = Math.max(observedUntil, record.until);
    }
    return take(journal, {
      kind: 'bay',
      seq: AFTER_ALL + lastPosition + at,
      bay,
      state: 'unknown',
      sensedAt: observedUntil,
      cause: 'restart',
      confidence: 0,
    });
  }
}
