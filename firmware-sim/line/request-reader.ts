import { decodeRequest, isSealed, requestLength } from '#contract/modbus.ts';
import type { Request } from '#contract/modbus.ts';

/** The longest frame that can be told by its length; more than this is dropped whole. */
const MOST_BYTES = 300;
/** A frame that stops this long is no frame: a real node gives up after 1.5 characters. */
const BROKEN_AFTER_MS = 50;

export type HeardRequest =
  | { readonly kind: 'request'; readonly request: Request; readonly bytes: number }
  /** A whole frame with a right CRC that asks for what no PBN-1 node knows. */
  | {
      readonly kind: 'refused';
      readonly address: number;
      readonly fc: number;
      readonly why: 'function' | 'value';
      readonly bytes: number;
    }
  | { readonly kind: 'discarded'; readonly bytes: number };

/** Cuts requests out of what a master wrote: by length and CRC, resynchronising after dirt. */
export class RequestReader {
  #held: Uint8Array = new Uint8Array(0);
  #heardAt = Number.NEGATIVE_INFINITY;

  /** The requests that end in this chunk, and what was thrown away, in the line's order. */
  push(chunk: Uint8Array, at: number): HeardRequest[] {
    const heard: HeardRequest[] = [];
    let discarded = 0;
    const flush = () => {
      if (discarded > 0) heard.push({ kind: 'discarded', bytes: discarded });
      discarded = 0;
    };
    if (at - this.#heardAt > BROKEN_AFTER_MS) {
      discarded += this.#held.length;
      this.#held = new Uint8Array(0);
    }
    this.#heardAt = at;
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);

    let from = 0;
    while (from < bytes.length) {
      const length = requestLength(bytes, from, bytes.length);
      if (length === undefined || from + length > bytes.length) break;
      const frame = length === 0 ? bytes.subarray(from) : bytes.subarray(from, from + length);
      if (!isSealed(frame)) {
        discarded += 1;
        from += 1;
        continue;
      }
      flush();
      heard.push(read(frame));
      from += frame.length;
    }
    const rest = bytes.subarray(from);
    if (rest.length > MOST_BYTES) discarded += rest.length;
    this.#held = rest.length > MOST_BYTES ? new Uint8Array(0) : rest.slice();
    flush();
    return heard;
  }

  clear(): void {
    this.#held = new Uint8Array(0);
  }
}

function read(frame: Uint8Array): HeardRequest {
  const bytes = frame.length;
  const request = decodeRequest(frame);
  if (request !== undefined) return { kind: 'request', request, bytes };
  const [address = 0, fc = 0] = frame;
  const why = requestLength(frame, 0, bytes) === 0 ? 'function' : 'value';
  return { kind: 'refused', address, fc, why, bytes };
}
