import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { Journal } from './journal.ts';
import type { Run } from './journal-file.ts';

export interface RetentionOptions {
  /** How long settled records stay: an api that lost its disk asks for them again. */
  readonly keepSettledMs: number;
  readonly maxBytes: number;
}

/** So many rows go in one transaction: the process must not stand still meanwhile. */
const ROWS_AT_ONCE = 20_000;
const SETTLEMENT_EVERY_MS = 600_000;
/** Journals on disk whose records are all settled; the protocol names at most 64 in a message. */
const MOST_SETTLED_RUNS = 24;
const MOST_RUNS = 64;

/** Bounds the journal: settled records by age, everything by size. */
export class Retention {
  readonly #journal: Journal;
  readonly #options: RetentionOptions;
  readonly #log: Log;
  readonly #noted = new Map<Run, { seq: number; at: number }>();

  constructor(journal: Journal, options: RetentionOptions, log: Log) {
    this.#journal = journal;
    this.#options = options;
    this.#log = log;
  }

  /** One look, at the wall clock's time; does a bounded amount of work. */
  prune(now: number): void {
    const { runs } = this.#journal;
    const isNoted = this.#journal.tidy(() => {
      for (const run of runs) this.#noteSettlement(run, now);
    });
    if (!isNoted) this.#noted.clear();
    for (const run of runs) this.#dropTail(run, now - this.#options.keepSettledMs);
    this.#dropRuns();
    this.#bound();
  }

  #noteSettlement(run: Run, now: number): void {
    const noted = this.#noted.get(run);
    if (run.settledSeq === (noted?.seq ?? 0)) return;
    if (noted && now - noted.at < SETTLEMENT_EVERY_MS) return;
    this.#noted.set(run, { seq: run.settledSeq, at: now });
    this.#journal.database
      .prepare('INSERT OR IGNORE INTO settlement (run, seq, at_wall) VALUES (?, ?, ?)')
      .run(run.ordinal, run.settledSeq, now);
  }

  #dropTail(run: Run, settledBefore: number): void {
    const { seq } = this.#journal.database
      .prepare('SELECT COALESCE(MAX(seq), 0) AS seq FROM settlement WHERE run = ? AND at_wall <= ?')
      .get(run.ordinal, settledBefore) as { seq: number };
    const upTo = Math.min(seq, run.settledSeq, run.firstHeld + ROWS_AT_ONCE - 1);
    if (upTo >= run.firstHeld) this.#drop(run, upTo);
  }

  /** Open and not wholly settled intervals stay, whatever their age. */
  #drop(run: Run, upToSeq: number): boolean {
    const { database, observedRows } = this.#journal;
    const kept = observedRows.filter((row) => row.run === run).map(({ seq }) => seq);
    const isDropped = this.#journal.tidy(() => {
      database
        .prepare(
          `DELETE FROM record WHERE run = ? AND seq <= ?
           AND seq NOT IN (SELECT value FROM json_each(?))`,
        )
        .run(run.ordinal, upToSeq, JSON.stringify(kept));
      database
        .prepare('DELETE FROM settlement WHERE run = ? AND seq < ?')
        .run(run.ordinal, upToSeq);
      database
        .prepare('UPDATE run SET first_held = ? WHERE ordinal = ?')
        .run(upToSeq + 1, run.ordinal);
    });
    if (isDropped) run.firstHeld = upToSeq + 1;
    return isDropped;
  }

  #dropRuns(): void {
    const { runs, running } = this.#journal;
    const earlier = runs.filter((run) => run !== running);
    for (const run of earlier) {
      // Nothing of it is left to be said: settled and old, or dropped by the bound.
      const rowsLeft = this.#journal.observedRows.some((row) => row.run === run);
      if (run.firstHeld > run.lastSeq && !rowsLeft) this.#remove(run);
    }
    const settled = earlier.filter((run) => runs.includes(run) && isDrained(this.#journal, run));
    for (const run of settled.slice(0, Math.max(0, settled.length - MOST_SETTLED_RUNS))) {
      this.#remove(run);
    }
    while (this.#journal.runs.length > MOST_RUNS) {
      const [oldest] = this.#journal.runs;
      if (!oldest || oldest === running) return;
      const owed = owedOf(oldest, oldest.lastSeq);
      if (!this.#remove(oldest)) return;
      this.#countLoss(oldest, oldest.lastSeq, owed);
    }
  }

  #remove(run: Run): boolean {
    const { database } = this.#journal;
    const isRemoved = this.#journal.tidy(() => {
      database.prepare('DELETE FROM record WHERE run = ?').run(run.ordinal);
      database.prepare('DELETE FROM settlement WHERE run = ?').run(run.ordinal);
      database.prepare('DELETE FROM run WHERE ordinal = ?').run(run.ordinal);
    });
    if (!isRemoved) return false;
    this.#journal.removeRun(run);
    this.#noted.delete(run);
    return true;
  }

  /** Over the bound: what is settled goes first, then the oldest events as one recorded loss. */
  #bound(): void {
    for (let round = 0; round < 10 && this.#isOver(); round += 1) {
      const { runs } = this.#journal;
      const tail = runs.find((run) => run.settledSeq >= run.firstHeld);
      const run = tail ?? runs.find((one) => one.lastSeq >= one.firstHeld);
      if (!run) return;
      const last = tail ? run.settledSeq : run.lastSeq;
      const upTo = Math.min(last, run.firstHeld + ROWS_AT_ONCE / 10 - 1);
      const owed = owedOf(run, upTo);
      const lostSince = tail ? undefined : this.#firstMonoAfter(run, run.settledSeq, upTo);
      if (!this.#drop(run, upTo)) return;
      if (lostSince !== undefined) this.#journal.cut(run, lostSince);
      this.#countLoss(run, upTo, owed);
    }
  }

  /** When the oldest event of a range was made, on its run's monotonic clock. */
  #firstMonoAfter(run: Run, afterSeq: number, upToSeq: number): number | undefined {
    const { at } = this.#journal.database
      .prepare(
        `SELECT MIN(at_mono) AS at FROM record
         WHERE run = ? AND seq > ? AND seq <= ? AND kind = 'bay'`,
      )
      .get(run.ordinal, afterSeq, upToSeq) as { readonly at: number | null };
    return at ?? undefined;
  }

  #countLoss(run: Run, upToSeq: number, count: number): void {
    if (count === 0) return;
    this.#journal.counts.lost += count;
    this.#log.error({ journal: run.id, upToSeq, count }, 'gateway.events.lost');
  }

  #isOver(): boolean {
    return usedBytes(this.#journal.database) > this.#options.maxBytes;
  }
}

/** Held and never settled, up to a seq. */
const owedOf = (run: Run, upToSeq: number): number =>
  Math.max(0, upToSeq - Math.max(run.settledSeq, run.firstHeld - 1));

/** Everything of the run is settled, its intervals to their ends. */
export function isDrained(journal: Journal, run: Run): boolean {
  return run.settledSeq >= run.lastSeq && !journal.observedRows.some((row) => row.run === run);
}

/** About how much of the file is owed to the api: the rest goes before anything of it is lost. */
export function unsettledBytes(journal: Journal): number {
  const held = journal.runs.reduce((sum, run) => sum + run.lastSeq - run.firstHeld + 1, 0);
  if (held <= 0) return 0;
  return (usedBytes(journal.database) * Math.min(journal.unsettled, held)) / held;
}

/** Pages in use; the file itself does not shrink. */
export function usedBytes(database: Database): number {
  const read = (pragma: string) =>
    Object.values(database.prepare(`PRAGMA ${pragma}`).get() as object)[0] as number;
  return (read('page_count') - read('freelist_count')) * read('page_size');
}
