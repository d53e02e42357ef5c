import { encodeResponse, wireMs } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import { between } from '../world/random.ts';
import type { Random } from '../world/random.ts';
import { RequestReader } from './request-reader.ts';

/** A node thinks this long before it answers, in ms. */
const TURN_AROUND_MS = { from: 2, to: 20 } as const;

export interface BusCounts {
  requests: number;
  answers: number;
  brokenBytes: number;
}

/** What hangs on the line and answers when it is asked; all instants by the monotonic clock. */
export interface BusNode {
  hear(request: Request, at: number): Response | undefined;
  /** A whole frame that is no request of a kind that is known. */
  refuse(address: number, fc: number, why: 'function' | 'value', at: number): Response | undefined;
  /** Bytes that were no frame, where the node counts them. */
  hearBroken?(at: number): void;
}

/** What the nodes of an RS-485 line hear and answer. */
export class ModbusBus {
  readonly counts: BusCounts = { requests: 0, answers: 0, brokenBytes: 0 };
  readonly #nodes: readonly BusNode[];
  readonly #baud: number;
  readonly #random: Random;
  readonly #transmit: (startAt: number, bytes: Uint8Array) => void;
  readonly #reader = new RequestReader();
  readonly #muted = new Set<BusNode>();
  /** When the master's last character has left it: a pseudo-terminal hands a frame over at once. */
  #masterDoneAt = 0;

  constructor(options: {
    readonly nodes: readonly BusNode[];
    readonly baud: number;
    /** Of the turn-around times. */
    readonly random: Random;
    /** Bytes that a node begins to send at an instant of the monotonic clock. */
    readonly transmit: (startAt: number, bytes: Uint8Array) => void;
  }) {
    this.#nodes = options.nodes;
    this.#baud = options.baud;
    this.#random = options.random;
    this.#transmit = options.transmit;
  }

  /** Bytes that the master wrote, at the monotonic instant at which they came. */
  hear(chunk: Uint8Array, at: number): void {
    this.#masterDoneAt = Math.max(at, this.#masterDoneAt);
    for (const heard of this.#reader.push(chunk, at)) {
      this.#masterDoneAt += wireMs(heard.bytes, this.#baud);
      const doneAt = this.#masterDoneAt;
      switch (heard.kind) {
        case 'request':
          this.counts.requests += 1;
          this.#ask(doneAt, (node) => node.hear(heard.request, doneAt));
          break;
        case 'refused':
          this.counts.requests += 1;
          this.#ask(doneAt, (node) => node.refuse(heard.address, heard.fc, heard.why, doneAt));
          break;
        case 'discarded':
          this.counts.brokenBytes += heard.bytes;
          for (const node of this.#nodes) node.hearBroken?.(doneAt);
          break;
      }
    }
  }

  /** A muted node measures and obeys, and says nothing. */
  setMuted(node: BusNode, muted: boolean): void {
    if (muted) this.#muted.add(node);
    else this.#muted.delete(node);
  }

  /** The line was pulled out in the middle of whatever was on it. */
  clear(): void {
    this.#reader.clear();
    this.#masterDoneAt = 0;
  }

  #ask(doneAt: number, answerOf: (node: BusNode) => Response | undefined): void {
    for (const node of this.#nodes) {
      const answer = answerOf(node);
      if (answer === undefined || this.#muted.has(node)) continue;
      this.counts.answers += 1;
      const thinkMs = between(this.#random, TURN_AROUND_MS.from, TURN_AROUND_MS.to);
      this.#transmit(doneAt + thinkMs, encodeResponse(answer));
    }
  }
}
