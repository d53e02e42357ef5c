import type { EventLogReader, LoggedRecord, SealedHour } from '#api/log/event-log.ts';
import type { JournalRecord } from '#contract/event.ts';
import { JournalId, LogId } from '#contract/ids.ts';
import type { BayId, GatewayId } from '#contract/ids.ts';

/** A record as a gateway's journal hands it in. */
export interface Told {
  readonly gateway: GatewayId;
  readonly journalOrder: number;
  readonly record: JournalRecord;
  readonly assigned?: boolean;
  /** When it came to the api; 0 unless said. */
  readonly receivedAt?: number;
}

interface Kept extends LoggedRecord {
  readonly firstPosition: number;
}

/** An event log in memory that takes records in any order, as the real one does not. */
export class MemoryLog implements EventLogReader {
  readonly logId: LogId;
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Set<() => void>();
  #lastPosition = 0;
  readonly #mostRead: number;

  /** `mostRead`: records handed out at once, so that a reader lags behind what is committed. */
  constructor({ mostRead = Infinity, logId = LogId.parse('0'.repeat(31) + '1') } = {}) {
    this.logId = logId;
    this.#mostRead = mostRead;
  }

  readonly sealedUntil = 0;
  sealedHours(): readonly SealedHour[] {
    return [];
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  commit(told: readonly Told[]): void {
    for (const { gateway, journalOrder, record, assigned = true, receivedAt = 0 } of told) {
      const key = `${journalOrder}/${record.seq}`;
      const known = this.#kept.get(key);
      if (known && !isLonger(record, known.record)) continue;
      this.#lastPosition += 1;
      const position = this.#lastPosition;
      this.#kept.set(key, {
        position,
        firstPosition: known?.firstPosition ?? position,
        gateway,
        journal: JournalId.parse(String(journalOrder).padStart(32, '0')),
        journalOrder,
        receivedAt,
        assigned,
        record,
      });
    }
    for (const listener of this.#listeners) listener();
  }

  recordsAfter(position: number, limit: number): readonly LoggedRecord[] {
    return [...this.#kept.values()]
      .filter((kept) => kept.position > position)
      .toSorted((a, b) => a.position - b.position)
      .slice(0, Math.min(limit, this.#mostRead));
  }

  recordsOfBay(
    bay: BayId,
    from: number,
    upToPosition: number,
    before = Infinity,
  ): readonly LoggedRecord[] {
    const known = [...this.#kept.values()]
      .filter(({ firstPosition }) => firstPosition <= upToPosition)
      .toSorted((a, b) => a.journalOrder - b.journalOrder || a.record.seq - b.record.seq);
    const events = known.filter(({ record }) => record.kind === 'bay' && record.bay === bay);
    let last: Kept | undefined;
    for (const event of events) {
      if (sensedAt(event) < from && sensedAt(event) >= sensedAt(last)) {
        last = event;
      }
    }
    return known.filter((kept) => {
      const { record } = kept;
      if (record.kind === 'observed') {
        return record.bays.includes(bay) && record.until >= from && record.from < before;
      }
      const isWithin = sensedAt(kept) >= from && sensedAt(kept) < before;
      return kept === last || (events.includes(kept) && isWithin);
    });
  }

  onCommitted(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const sensedAt = (kept: LoggedRecord | undefined): number =>
  kept?.record.kind === 'bay' ? kept.record.sensedAt : -1;

function isLonger(record: JournalRecord, known: JournalRecord): boolean {
  return record.kind === 'observed' && known.kind === 'observed' && record.until > known.until;
}
