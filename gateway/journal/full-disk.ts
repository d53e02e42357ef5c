import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { inTransaction } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';

/**
 * Writes that a full disk refuses and that are tried again later; said when it fills, and when there
 * is room again. Any other failure of the disk throws: what a failed fsync left behind is not known,
 * and only a new process reads it afresh.
 */
export class FullDisk {
  readonly #log: Log;
  #isFull = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Does the work in one transaction; false: the disk is full and nothing of it was done. */
  write(database: Database, work: () => void): boolean {
    try {
      inTransaction(database, work);
    } catch (error) {
      if (!/full/i.test(messageOf(error))) throw error;
      if (!this.#isFull) this.#log.error({ reason: messageOf(error) }, 'gateway.disk.full');
      this.#isFull = true;
      return false;
    }
    if (this.#isFull) this.#log.info({}, 'gateway.disk.freed');
    this.#isFull = false;
    return true;
  }
}
