import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { LotId, SignId } from '#contract/ids.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';

const Published = z.strictObject({
  /** No message has had this serial or a greater one. */
  serial: z.int().nonnegative(),
  lots: z.array(LotId),
  signs: z.array(SignId),
});
export type Published = z.infer<typeof Published>;

/** Serials taken with one write of the file: what a crash leaves unused is skipped. */
const RESERVED = 1_000_000;

/**
 * What this api has ever published as retained, on disk, so that the topics of lots and signs that
 * are gone are cleared even after a restart; and the serial, which must never fall.
 */
export class PublishedTopics {
  readonly #path: string;
  #kept: Published;
  #next: number;

  /** `wallMs`: serials start there when nothing is on the disk: above any earlier run's. */
  constructor(path: string, wallMs: number, log: Log) {
    this.#path = path;
    this.#kept = read(path, log) ?? { serial: wallMs, lots: [], signs: [] };
    this.#next = this.#kept.serial;
  }

  get lots(): readonly LotId[] {
    return this.#kept.lots;
  }

  get signs(): readonly SignId[] {
    return this.#kept.signs;
  }

  /** Throws what the file system throws; then nothing has changed. */
  keep(lots: readonly LotId[], signs: readonly SignId[]): void {
    this.#write({ serial: this.#next + RESERVED, lots: [...lots], signs: [...signs] });
  }

  nextSerial(): number {
    if (this.#next >= this.#kept.serial) {
      this.#write({ ...this.#kept, serial: this.#next + RESERVED });
    }
    this.#next += 1;
    return this.#next - 1;
  }

  #write(published: Published): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const beside = `${this.#path}.new`;
    writeFileSync(beside, JSON.stringify(published), { flush: true });
    renameSync(beside, this.#path);
    this.#kept = published;
  }
}

function read(path: string, log: Log): Published | undefined {
  try {
    return Published.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // Absent at the first start; unreadable: topics of removed lots stay until somebody clears them.
    log.info({ path, reason: messageOf(error) }, 'publish.list.new');
    return undefined;
  }
}
