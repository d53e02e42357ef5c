import {
  decodeResponse,
  encodeRequest,
  EXCEPTION_RESPONSE_BYTES,
  isAnsweredByRegisters,
  isSealed,
  responseLength,
} from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';

/** No answer is longer than 256 bytes; what does not fit belongs to nobody. */
const MOST_BYTES = 300;

/**
 * Finds the answer to one request in what a line brings: by address, function, length and check
 * sum, never by pauses. All else is dirt: an adapter's echo, late answers, noise.
 */
export class ResponseReader {
  readonly #request: Request;
  readonly #sent: Uint8Array;
  readonly #length: number;
  readonly #bytes = new Uint8Array(MOST_BYTES);
  #end = 0;
  #echoSkipped: boolean;
  #overflown = 0;

  /** `echoes`: the adapter is known to send back what it was given. */
  constructor(request: Request, echoes: boolean) {
    this.#request = request;
    this.#sent = encodeRequest(request);
    this.#length = responseLength(request);
    this.#echoSkipped = !echoes;
  }

  /** Bytes that came and are no part of an answer. */
  get strayBytes(): number {
    return this.#end + this.#overflown;
  }

  /** The answer as soon as it is whole; its bytes are then no longer stray. */
  push(chunk: Uint8Array): Response | undefined {
    const kept = chunk.subarray(0, MOST_BYTES - this.#end);
    this.#bytes.set(kept, this.#end);
    this.#end += kept.length;
    this.#overflown += chunk.length - kept.length;
    this.#skipEcho();
    for (let at = 0; at < this.#end; at += 1) {
      const response = this.#answerAt(at);
      if (response) return response;
    }
    return undefined;
  }

  /** Whether what came begins with the request itself, which no node ever answers to a read. */
  get beganWithEcho(): boolean {
    return (
      this.#end >= this.#sent.length && this.#sent.every((byte, at) => this.#bytes[at] === byte)
    );
  }

  /** A write is answered by the same bytes: of two such frames the first is the echo. */
  #skipEcho(): void {
    if (this.#echoSkipped || !this.beganWithEcho) return;
    this.#bytes.copyWithin(0, this.#sent.length, this.#end);
    this.#end -= this.#sent.length;
    this.#echoSkipped = true;
  }

  #answerAt(at: number): Response | undefined {
    const { address, fc } = this.#request;
    if (!this.#echoSkipped || this.#bytes[at] !== address) return undefined;
    const said = this.#bytes[at + 1];
    if (said === (fc | 0x80)) return this.#frame(at, EXCEPTION_RESPONSE_BYTES);
    if (said !== fc) return undefined;
    if (isAnsweredByRegisters(fc) && this.#bytes[at + 2] !== this.#length - 5) return undefined;
    return this.#frame(at, this.#length);
  }

  #frame(at: number, length: number): Response | undefined {
    const end = at + length;
    if (end > this.#end || !isSealed(this.#bytes, at, end)) return undefined;
    const response = decodeResponse(this.#bytes.slice(at, end));
    if (response?.kind === 'written' && response.register !== this.#request.register) {
      return undefined;
    }
    this.#bytes.copyWithin(at, end, this.#end);
    this.#end -= length;
    return response;
  }
}
