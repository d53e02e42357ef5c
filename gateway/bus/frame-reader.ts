/** Throwing bytes away is an output too: the caller counts it. */
export type Heard =
  | { readonly kind: 'frame'; readonly value: number }
  | { readonly kind: 'discarded'; readonly bytes: number };

export interface FrameFormat {
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** The frame that starts at `at`, and its length; undefined where no valid frame starts. */
  frameAt(
    bytes: Uint8Array,
    at: number,
  ): { readonly value: number; readonly bytes: number } | undefined;
}

/**
 * Turns a line's arbitrary chunks into the values of frames. It finds its place by the whole frame
 * being valid, never by a header alone, and holds back less than one frame.
 */
export class FrameReader {
  readonly #format: FrameFormat;
  #pending = new Uint8Array();

  constructor(format: FrameFormat) {
    this.#format = format;
  }

  push(chunk: Uint8Array): Heard[] {
    const { leastBytes, mostBytes } = this.#format;
    const bytes = joined(this.#pending, chunk);
    const heard: Heard[] = [];
    let at = 0;
    let discarded = 0;
    const discard = () => {
      if (discarded > 0) heard.push({ kind: 'discarded', bytes: discarded });
      discarded = 0;
    };
    while (bytes.length - at >= leastBytes) {
      const frame = this.#format.frameAt(bytes, at);
      if (frame === undefined) {
        // A longer frame may still become whole.
        if (bytes.length - at < mostBytes) break;
        at += 1;
        discarded += 1;
        continue;
      }
      discard();
      heard.push({ kind: 'frame', value: frame.value });
      at += frame.bytes;
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
