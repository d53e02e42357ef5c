import type { LineFault } from '../node/fault-kinds.ts';
import { between } from '../world/random.ts';
import type { Random } from '../world/random.ts';

/** Beyond the timeout of a poll and its guard time, so that the answer meets the next request. */
const LATE_MS = { from: 120, to: 400 } as const;

export interface SentBytes {
  readonly startAt: number;
  readonly bytes: Uint8Array;
}

/** What a bad line does to what is sent over it: bytes change, answers come late or are cut. */
export class LineFaults {
  readonly #random: Random;
  readonly #shares = new Map<LineFault, number>();
  #spoilt = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Bytes changed so far. */
  get spoilt(): number {
    return this.#spoilt;
  }

  /** `share` of bytes (noise) or of answers (late, cut), 0 to 1; 0 mends. */
  set(fault: LineFault, share: number): void {
    this.#shares.set(fault, share);
  }

  mend(): void {
    this.#shares.clear();
  }

  /** Noise: each byte may become any other. */
  noisy(bytes: Uint8Array): Uint8Array {
    const share = this.#shares.get('noise') ?? 0;
    if (share === 0) return bytes;
    return bytes.map((byte) => {
      if (this.#random() >= share) return byte;
      this.#spoilt += 1;
      return byte ^ (1 + Math.floor(255 * this.#random()));
    });
  }

  /** What becomes of something that a device sends. */
  answer({ startAt, bytes }: SentBytes): SentBytes {
    const isLate = this.#isHit('late');
    const isCut = this.#isHit('cut');
    const length = isCut ? Math.floor(bytes.length * this.#random()) : bytes.length;
    return {
      startAt: isLate ? startAt + between(this.#random, LATE_MS.from, LATE_MS.to) : startAt,
      bytes: this.noisy(bytes.subarray(0, length)),
    };
  }

  #isHit(fault: LineFault): boolean {
    const share = this.#shares.get(fault) ?? 0;
    return share > 0 && this.#random() < share;
  }
}
