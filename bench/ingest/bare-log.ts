import { join } from 'node:path';
import { LogId } from '#contract/ids.ts';
import type { LogEntry } from '#api/log/log-entry.ts';
import { MonthFile } from '#api/log/month-file.ts';
import { closeDatabase, inTransaction, openDatabase } from '#runtime/sqlite.ts';

const INSERT = `INSERT INTO event
  (position, journal, seq, received_at, assigned, sensed_at, bay, state, cause, confidence, fact)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const STATE = `INSERT INTO bay_state (bay, journal, seq, state, sensed_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (bay) DO UPDATE SET journal = excluded.journal, seq = excluded.seq,
    state = excluded.state, sensed_at = excluded.sensed_at`;

/** The bare library: the same rows in the same groups, in tables like ours, and nothing else. */
export class BareLog {
  readonly #database;
  readonly #insert;
  readonly #state;
  #position = 0;

  constructor(folder: string) {
    const path = join(folder, 'bare.sqlite');
    closeDatabase(MonthFile.create(path, LogId.parse('c'.repeat(32))).database);
    this.#database = openDatabase(path);
    this.#insert = this.#database.prepare(INSERT);
    this.#state = this.#database.prepare(STATE);
  }

  /** Milliseconds until all are on the disk. */
  write(groups: readonly (readonly LogEntry[])[]): number {
    const from = performance.now();
    for (const group of groups) {
      inTransaction(this.#database, () => {
        for (const entry of group) this.#writeOne(entry);
      });
    }
    return performance.now() - from;
  }

  close(): void {
    closeDatabase(this.#database);
  }

  #writeOne(entry: LogEntry): void {
    if (entry.kind !== 'event' || entry.record.kind !== 'bay') return;
    const { journal, receivedAt, record } = entry;
    const { seq, bay, state, sensedAt, cause, confidence } = record;
    const { order } = journal;
    this.#position += 1;
    const place = [this.#position, order, seq, receivedAt, 1] as const;
    this.#insert.run(...place, sensedAt, bay, state, cause, confidence, null);
    this.#state.run(bay, order, seq, state, sensedAt);
  }
}
