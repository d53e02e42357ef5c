import type { JournalRecord } from '#contract/event.ts';
import type { BayBody } from './journal-facts.ts';
import type { Run } from './journal-file.ts';
import { fixedWallOf } from './journal-writes.ts';
import type { PendingRow } from './journal-writes.ts';

/** Twice of what may be in flight; more are read from the disk again. */
const MOST = 16_000;

export const bayRecordOf = (
  seq: number,
  { bay, state, cause, confidence }: BayBody,
  sensedAt: number,
): JournalRecord => ({ kind: 'bay', seq, bay, state, sensedAt, cause, confidence });

/**
 * The newest bay events of the running journal, which are on disk with their wall time and not
 * settled: most leave at once, and to read each of them back costs as much as to write it.
 */
export class RecentRecords {
  #run: Run | undefined;
  /** In seq order, without a gap. */
  #records: JournalRecord[] = [];

  /** Rows that were just written; `fixMs`: the offset that fixed their wall time. */
  written(run: Run, rows: readonly PendingRow[], fixMs: number | undefined): void {
    if (run !== this.#run) this.#forget();
    this.#run = run;
    for (const row of rows) {
      const sensedAt = fixedWallOf(row, fixMs);
      const last = this.#records.at(-1);
      if (last && row.seq !== last.seq + 1) this.#forget();
      // The end of an interval moves on disk.
      if (row.kind === 'bay' && sensedAt !== null) {
        this.#records.push(bayRecordOf(row.seq, row.body as BayBody, sensedAt));
      } else this.#forget();
    }
    if (this.#records.length > MOST) this.#records = this.#records.slice(-MOST / 2);
  }

  /** Nobody is told of them again, unless the settlement is taken back. */
  settled(run: Run, seq: number): void {
    const [first] = this.#records;
    if (run === this.#run && first && seq >= first.seq) {
      this.#records = this.#records.slice(seq - first.seq + 1);
    }
  }

  /**
   * The run's records behind `afterSeq`, `limit` at most and perhaps fewer than the disk has;
   * undefined: the next of them is not here.
   */
  after(run: Run, afterSeq: number, limit: number): JournalRecord[] | undefined {
    const [first] = this.#records;
    if (run !== this.#run || !first) return undefined;
    const from = Math.max(afterSeq + 1, run.firstHeld) - first.seq;
    return this.#records[from] && this.#records.slice(from, from + limit);
  }

  #forget(): void {
    this.#records = [];
  }
}
