import {
  decodeResponse,
  encodeRequest,
  EXCEPTION_RESPONSE_BYTES,
  isSealed,
  responseLength,
} from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import type { Clock } from '#runtime/clock.ts';

/** Far more than all nodes of a line say at once; what a babbling line brings beyond is not kept. */
const MOST_BYTES = 4_096;
/** A node begins to answer at most so long after it was asked, and an adapter holds bytes for 16 ms. */
const BEGUN_WITHIN_MS = 60;
/** Quiet for so long after the last byte: nobody else has begun. */
const QUIET_MS = 40;
/** A timer that fires so late tells of our own sleep: what came meanwhile is read first. */
const OVERSLEPT_MS = 15;
const GRACE_MS = 40;

/** All that came upon one request which several nodes may have answered. */
export interface Overheard {
  /** Whole answers to the request, in the order in which they came. */
  readonly answers: readonly Response[];
  /** Bytes that are no part of one: answers over answers, noise. */
  readonly strayBytes: number;
  /** From the last character sent to the first heard, in ms; undefined: nothing was. */
  readonly afterMs: number | undefined;
  /** The adapter sent back what it was given. */
  readonly isEchoed: boolean;
}

/** Finds whole answers in what came; whatever lies between them is stray. */
export function answersIn(
  request: Request,
  bytes: Uint8Array,
): Pick<Overheard, 'answers' | 'strayBytes'> {
  const answers: Response[] = [];
  let strayBytes = 0;
  for (let at = 0; at < bytes.length;) {
    const answer = answerAt(request, bytes, at);
    if (answer === undefined) strayBytes += 1;
    else answers.push(answer.response);
    at += answer?.length ?? 1;
  }
  return { answers, strayBytes };
}

function answerAt(
  request: Request,
  bytes: Uint8Array,
  at: number,
): { readonly response: Response; readonly length: number } | undefined {
  if (bytes[at] !== request.address) return undefined;
  const isException = bytes[at + 1] === (request.fc | 0x80);
  if (!isException && bytes[at + 1] !== request.fc) return undefined;
  const length = isException ? EXCEPTION_RESPONSE_BYTES : responseLength(request);
  if (at + length > bytes.length || !isSealed(bytes, at, at + length)) return undefined;
  const response = decodeResponse(bytes.slice(at, at + length));
  return response && { response, length };
}

/** Takes what a line brings after a request until nobody can have anything more to say. */
export class OpenEar {
  readonly #clock: Clock;
  readonly #request: Request;
  readonly #sent: Uint8Array;
  /** When the last character of the request has left; monotonic. */
  readonly #sentAt: number;
  readonly #firstWithinMs: number;
  readonly #done: (overheard: Overheard) => void;
  #bytes: number[] = [];
  #isEchoed = false;
  #firstAt: number | undefined;
  #lastAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly request: Request;
    readonly clock: Clock;
    /** When the last character of the request leaves; monotonic ms. */
    readonly sentAt: number;
    /** Nothing within so long after that: silence. */
    readonly firstWithinMs: number;
    readonly done: (overheard: Overheard) => void;
  }) {
    this.#clock = options.clock;
    this.#request = options.request;
    this.#sent = encodeRequest(options.request);
    this.#sentAt = options.sentAt;
    this.#firstWithinMs = options.firstWithinMs;
    this.#done = options.done;
    this.#arm();
  }

  push(chunk: Uint8Array): void {
    this.#bytes.push(...chunk.subarray(0, MOST_BYTES - this.#bytes.length));
    this.#lastAt = this.#clock.monoMs();
    if (!this.#isEchoed && this.#sent.every((byte, at) => this.#bytes[at] === byte)) {
      this.#isEchoed = true;
      this.#bytes.splice(0, this.#sent.length);
    }
    if (this.#bytes.length > 0) this.#firstAt ??= this.#lastAt;
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const dueAt =
      this.#bytes.length === 0
        ? this.#sentAt + this.#firstWithinMs
        : Math.max(this.#sentAt + BEGUN_WITHIN_MS, this.#lastAt + QUIET_MS);
    this.#waitUntil(dueAt, OVERSLEPT_MS);
  }

  #waitUntil(dueAt: number, oversleptMs: number): void {
    this.#timer = setTimeout(
      () => {
        const now = this.#clock.monoMs();
        if (now - dueAt > oversleptMs) {
          return this.#waitUntil(now + GRACE_MS, Number.POSITIVE_INFINITY);
        }
        const afterMs =
          this.#firstAt === undefined ? undefined : Math.max(0, this.#firstAt - this.#sentAt);
        const heard = answersIn(this.#request, Uint8Array.from(this.#bytes));
        this.#done({ ...heard, afterMs, isEchoed: this.#isEchoed });
      },
      Math.max(1, dueAt - this.#clock.monoMs()),
    );
  }
}
