import { RING_ENTRIES, ringBlock, ringEntry } from '#contract/registers.ts';

/**
 * The last eight local events. `head` counts all that were ever written, modulo 65,536; entry n
 * (from 0) stands in slot n modulo 8, so that a reader who knows an older head knows what it missed.
 */
export class EventRing {
  readonly #bytes = new Uint8Array(2 * ringBlock.count);
  #written = 0;

  get head(): number {
    return this.#written % 0x1_0000;
  }

  push(kind: number, uptimeMs: number, value: number): void {
    const entry = ringEntry.encode({ kind, uptimeMs, value });
    this.#bytes.set(entry, entry.length * (this.#written % RING_ENTRIES));
    this.#written += 1;
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }
}
