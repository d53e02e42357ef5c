import { openBackoff } from '#runtime/backoff.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Journal } from './journals.ts';
import type { LogEntry, Stored } from './log-entry.ts';
import type { EventLog } from './open-event-log.ts';

export interface GroupCommitOptions {
  readonly eventLog: EventLog;
  readonly log: Log;
  /** A group waits at most this long, in milliseconds ... */
  readonly groupMs: number;
  /** ... and is committed at once when it has this many entries. */
  readonly groupEvents: number;
  /** Called after each commit with what it settled. */
  readonly onSettled: (entries: readonly LogEntry[]) => void;
  /** Called after each that failed. */
  readonly onFailed: () => void;
}

/**
 * Collects entries and commits them together. When a commit fails, nothing of the group counts as
 * accepted: the gateways still hold it and send it again.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #backoff = openBackoff(250, 10_000);
  readonly #touched = new Set<Journal>();
  #entries: LogEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #failuresInARow = 0;
  #committed = 0;
  #failures = 0;
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** False while the log cannot be written and its next try is not due: accept nothing. */
  get accepting(): boolean {
    return this.#retryTimer === undefined && !this.#closed;
  }

  /** The last commit failed. */
  get failing(): boolean {
    return this.#failuresInARow > 0;
  }

  /** Entries that wait for the next commit. */
  get waiting(): number {
    return this.#entries.length;
  }

  get counts(): { readonly committed: number; readonly failures: number } {
    return { committed: this.#committed, failures: this.#failures };
  }

  /** Takes an entry and, where it settles a seq, moves the journal's accepted mark to it. */
  add(entry: LogEntry, settles?: { readonly seq: number; readonly stored?: Stored }): void {
    this.#entries.push(entry);
    this.#touched.add(entry.journal);
    if (settles) entry.journal.accept(settles.seq, settles.stored);
    this.#timer ??= setTimeout(() => this.flush(), this.#options.groupMs);
  }

  /** Commits when the group is full; asked after each batch, so that a batch is rarely divided. */
  flushWhenFull(): void {
    if (this.#entries.length >= this.#options.groupEvents) this.flush();
  }

  /** Commits what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#entries.length === 0) return;
    const entries = this.#entries;
    const touched = new Set(this.#touched);
    this.#entries = [];
    this.#touched.clear();
    try {
      this.#options.eventLog.commit(entries, touched);
    } catch (error) {
      for (const journal of touched) journal.rollBack();
      this.#failed(error, entries.length);
      this.#options.onFailed();
      return;
    }
    this.#committed += 1;
    if (this.#failuresInARow > 0) {
      this.#options.log.info({ failures: this.#failuresInARow }, 'log.commit.recovered');
      this.#failuresInARow = 0;
      this.#backoff.reset();
    }
    this.#options.onSettled(entries);
  }

  close(): void {
    this.flush();
    this.#closed = true;
    clearTimeout(this.#retryTimer);
  }

  #failed(error: unknown, entryCount: number): void {
    this.#failures += 1;
    this.#failuresInARow += 1;
    if (this.#failuresInARow === 1) {
      this.#options.log.error({ reason: messageOf(error), entryCount }, 'log.commit.failed');
    }
    this.#retryLater();
  }

  #retryLater(): void {
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      try {
        this.#options.eventLog.reopen();
      } catch (error) {
        this.#failed(error, 0);
      }
    }, this.#backoff.nextMs());
  }
}
