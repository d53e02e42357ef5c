import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LogId } from '#contract/ids.ts';
import type { BayId, GatewayId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { inTransaction } from '#runtime/sqlite.ts';
import type { EventLogReader, ExpiringLog, LoggedRecord, SealedHour } from './event-log.ts';
import { expireMonth } from './expire-events.ts';
import { Journals } from './journals.ts';
import type { Journal } from './journals.ts';
import { deadLetterOf, placeOfDeadLetter } from './dead-letters.ts';
import type {
  DeadLetter,
  DeadLetterReason,
  LastBayState,
  LastLotFact,
  LogEntry,
  Loss,
  Stored,
} from './log-entry.ts';
import { FILE_NAME, MonthFile } from './month-file.ts';
import { bringMonthsUpToDate } from './month-format.ts';
import { recordsOfBay, recordsAfter } from './read-months.ts';
import { SealedHours } from './sealed-hours.ts';
import { writeGroup } from './write-group.ts';

/** The event log as its one writer has it. */
export interface EventLog extends EventLogReader, ExpiringLog {
  readonly journals: Journals;
  /**
   * Writes entries and marks in one transaction; on return they are on the disk. Throws what
   * SQLite throws (disk full, I/O error): then nothing of them is written.
   */
  commit(entries: readonly LogEntry[], touched: Iterable<Journal>): void;
  /**
   * Writes entries of one journal that ingest has no part in: what ingest has taken of others and
   * not yet committed stays so, and a journal that it has learned of meanwhile stays unsaved.
   */
  commitApart(entries: readonly LogEntry[], journal: Journal): void;
  /** After a failed commit: new file handles, since a handle whose fsync failed cannot be trusted. */
  reopen(): void;
  /** What is committed under a key, in any month. */
  storedAt(journal: Journal, seq: number): Stored | undefined;
  bayStates(): readonly LastBayState[];
  /** The newest instant at which a last state was sensed, by its gateway's clock; epoch milliseconds. */
  lastSensedAt(): number | undefined;
  lotFacts(): readonly LastLotFact[];
  losses(): readonly Loss[];
  /** The newest first; of one reason, or of all. */
  deadLetters(limit: number, reason?: DeadLetterReason): readonly DeadLetter[];
  deadLetter(id: string): DeadLetter | undefined;
  deadLetterCounts(): Readonly<Record<DeadLetterReason, number>>;
  close(): void;
}

const fileNameAt = (wallMs: number) => `log-${new Date(wallMs).toISOString().slice(0, 7)}.sqlite`;

/**
 * Opens the log of a folder, or creates it with a new random id. One file per month of receipt
 * (UTC); a clock that steps back never goes back to an older file.
 */
export function openEventLog(
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): EventLog {
  return new MonthlyEventLog(folder, clock, log);
}

class MonthlyEventLog implements EventLog {
  readonly logId: LogId;
  readonly journals = new Journals();
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  /** Older months, oldest first. */
  readonly #older: MonthFile[] = [];
  readonly #sealed: SealedHours;
  #newest: MonthFile;
  #newestName: string;
  #lastPosition: number;

  constructor(folder: string, clock: Clock, log: Log) {
    this.#folder = folder;
    this.#clock = clock;
    this.#log = log;
    mkdirSync(folder, { recursive: true });
    this.#sealed = new SealedHours(folder);
    const names = readdirSync(folder)
      .filter((name) => FILE_NAME.test(name))
      .toSorted();
    bringMonthsUpToDate(folder, names, log);
    const found = this.#openNewest(names);
    if (found) {
      [this.#newestName, this.#newest] = found;
    } else {
      this.#newestName = names.at(-1) ?? fileNameAt(clock.wallMs());
      const id = LogId.parse(randomBytes(16).toString('hex'));
      this.#newest = MonthFile.create(join(folder, this.#newestName), id);
      log.info({ logId: id }, 'log.file.created');
    }
    for (const name of names) {
      if (name >= this.#newestName) break;
      const older = MonthFile.openForReading(join(folder, name));
      if (older) this.#older.push(older);
    }
    const { logId, lastPosition } = this.#newest.meta();
    this.logId = logId;
    this.#lastPosition = lastPosition;
    this.#restoreJournals();
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  commit(entries: readonly LogEntry[], touched: Iterable<Journal>): void {
    this.#write(entries, new Set([...this.journals.unsaved, ...touched]));
    this.journals.saved();
  }

  commitApart(entries: readonly LogEntry[], journal: Journal): void {
    this.#write(entries, new Set([journal]));
  }

  #write(entries: readonly LogEntry[], journals: ReadonlySet<Journal>): void {
    this.#turnMonth();
    const file = this.#newest;
    const position = inTransaction(file.database, () =>
      writeGroup(file, entries, journals, this.#lastPosition),
    );
    for (const journal of journals) journal.committedNow();
    if (position === this.#lastPosition) return;
    this.#lastPosition = position;
    // Apart from this call: what a listener throws must not look like a failed commit.
    for (const listener of this.#listeners) queueMicrotask(listener);
  }

  reopen(): void {
    const before = this.#newest;
    const file = MonthFile.openForWriting(before.path);
    if (!file) throw new Error(`${before.path}: no longer a file of the log`);
    this.#newest = file;
    this.#closeQuietly(before);
  }

  storedAt(journal: Journal, seq: number): Stored | undefined {
    const months = this.#months();
    for (let at = months.length - 1; at >= 0; at -= 1) {
      const stored = months[at]?.storedAt(journal.order, seq);
      if (stored) return stored;
    }
    return undefined;
  }

  recordsAfter(position: number, limit: number): readonly LoggedRecord[] {
    return recordsAfter(this.#months(), this.journals, position, limit);
  }

  recordsOfBay(
    bay: BayId,
    from: number,
    upToPosition: number,
    before: number = Number.MAX_SAFE_INTEGER,
  ): readonly LoggedRecord[] {
    return recordsOfBay(this.#months(), this.journals, bay, { from, before, upToPosition });
  }

  onCommitted(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get sealedUntil(): number {
    return this.#sealed.until;
  }

  sealedHours(): readonly SealedHour[] {
    return this.#sealed.hours();
  }

  seal(until: number, hours: readonly SealedHour[]): void {
    this.#sealed.seal(until, hours);
  }

  async expire(keptFrom: (bay: BayId) => number, isStopped: () => boolean): Promise<number> {
    let gone = 0;
    for (const month of this.#months()) {
      const isNewest = month === this.#newest;
      for (const events of expireMonth(month, isNewest, keptFrom, this.#sealed.until)) {
        gone += events;
        await setImmediate();
        // A month that ended meanwhile, like all else that is left, is the next time's.
        if (isStopped() || isNewest !== (month === this.#newest)) return gone;
      }
    }
    return gone;
  }

  bayStates(): readonly LastBayState[] {
    return this.#newest.bayStates();
  }

  lastSensedAt(): number | undefined {
    return this.#newest.lastSensedAt();
  }

  lotFacts(): readonly LastLotFact[] {
    return this.#newest.lotStates();
  }

  losses(): readonly Loss[] {
    return this.#months()
      .flatMap((month) => month.losses())
      .map((loss) => ({ ...loss, journal: this.journals.atOrder(loss.journal).id }));
  }

  deadLetters(limit: number, reason?: DeadLetterReason): readonly DeadLetter[] {
    return this.#months()
      .toReversed()
      .flatMap((month) =>
        month.deadLetters(limit, reason).map((row) => deadLetterOf(month, row, this.journals)),
      )
      .slice(0, limit);
  }

  deadLetter(id: string): DeadLetter | undefined {
    const found = placeOfDeadLetter(id);
    const month = found && this.#months().find((each) => each.path.endsWith(found.file));
    const row = found && month?.deadLetter(found.number);
    return month && row && deadLetterOf(month, row, this.journals);
  }

  deadLetterCounts(): Readonly<Record<DeadLetterReason, number>> {
    const counts = { invalid: 0, conflict: 0, unplaced: 0, sealed: 0 };
    for (const month of this.#months()) {
      for (const { reason, count } of month.deadLetterCounts()) counts[reason] += count;
    }
    return counts;
  }

  close(): void {
    this.#sealed.close();
    for (const file of this.#months()) file.close();
  }

  #months(): readonly MonthFile[] {
    return [...this.#older, this.#newest];
  }

  #openNewest(names: readonly string[]): [string, MonthFile] | undefined {
    for (const name of names.toReversed()) {
      const file = MonthFile.openForWriting(join(this.#folder, name));
      if (file) return [name, file];
    }
    return undefined;
  }

  #turnMonth(): void {
    const name = fileNameAt(this.#clock.wallMs());
    if (name <= this.#newestName) return;
    const before = this.#newest;
    const path = join(this.#folder, name);
    const next = MonthFile.openForWriting(path) ?? MonthFile.continue(path, before);
    const reading = MonthFile.openForReading(before.path);
    if (!reading) throw new Error(`${before.path}: no longer a file of the log`);
    this.#newest = next;
    this.#newestName = name;
    this.#older.push(reading);
    this.#closeQuietly(before);
    this.#log.info({ file: name, lastPosition: this.#lastPosition }, 'log.month.turned');
  }

  #closeQuietly(file: MonthFile): void {
    try {
      file.close();
    } catch (error) {
      this.#log.warn({ path: file.path, reason: messageOf(error) }, 'log.file.unclosed');
    }
  }

  #restoreJournals(): void {
    for (const row of this.#newest.journals()) {
      this.journals.restore({ ...row, gateway: row.gateway as GatewayId });
    }
    for (const { journal, ...interval } of this.#newest.openIntervals()) {
      this.journals.atOrder(journal).setInterval(interval);
    }
  }
}
