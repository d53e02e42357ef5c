/** Throwing bytes away is an output too: the caller counts it. */
export type Heard =
  | { readonly kind: 'frame'; readonly value: number }
  | { readonly kind: 'discarded'; readonly bytes: number };

export interface FrameFormat {
  readonly bytes: number;
  /** The value of the frame that starts at `at`; undefined where no valid frame starts. */
  decode(bytes: Uint8Array, at: number): number | undefined;
}

/**
 * Turns a line's arbitrary chunks into the values of fixed-length frames. It finds its place by the
 * whole frame being valid, never by a header alone, and holds back less than one frame.
 */
export class FrameReader {
  readonly #format: FrameFormat;
  #pending = new Uint8Array();

  constructor(format: FrameFormat) {
    this.#format = format;
  }

  push(chunk: Uint8Array): Heard[] {
    const bytes = joined(this.#pending, chunk);
    const heard: Heard[] = [];
    let at = 0;
    let discarded = 0;
    const discard = () => {
      if (discarded > 0) heard.push({ kind: 'discarded', bytes: discarded });
      discarded = 0;
    };
    while (bytes.length - at >= this.#format.bytes) {
      const value = this.#format.decode(bytes, at);
      if (value === undefined) {
        at += 1;
        discarded += 1;
        continue;
      }
      discard();
      heard.push({ kind: 'frame', value });
      at += this.#format.bytes;
    }
    discard();
    this.#pending = bytes.slice(at);
    return heard;
  }

  /** Forgets a frame's beginning; returns how many bytes that were. */
  reset(): number {
    const { length } = this.#pending;
    this.#pending = new Uint8Array();
    return length;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
