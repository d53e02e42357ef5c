import { BITS_PER_CHARACTER } from '#contract/modbus.ts';
import type { Clock } from '#runtime/clock.ts';

/** USB adapters hand bytes over at least this often by default (FTDI's latency timer). */
const HAND_OVER_MS = 16;
/** Transmissions under way at once; what is begun beyond is dropped and counted. */
const MOST_PENDING = 64;

export interface Transmission {
  /** When the first character's start bit appears, by the monotonic clock. */
  readonly startAt: number;
  readonly bytes: Uint8Array;
}

/**
 * What the line carries when two senders talk at once: character over character, and where both
 * speak a zero of either wins. `second` starts no earlier than `first`.
 */
export function overlay(first: Transmission, second: Transmission, byteMs: number): Transmission {
  const offset = Math.round((second.startAt - first.startAt) / byteMs);
  const bytes = new Uint8Array(Math.max(first.bytes.length, offset + second.bytes.length));
  bytes.fill(0xff);
  bytes.set(first.bytes);
  for (const [at, byte] of second.bytes.entries()) {
    bytes[offset + at] = (bytes[offset + at] ?? 0xff) & byte;
  }
  return { startAt: first.startAt, bytes };
}

/** Lets bytes appear when a line of this speed would have carried them, never earlier. */
export class Pacer {
  readonly #byteMs: number;
  readonly #clock: Clock;
  readonly #write: (bytes: Uint8Array) => void;
  #pending: Transmission[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #dropped = 0;
  #collided = 0;

  constructor(options: {
    readonly baud: number;
    readonly clock: Clock;
    readonly write: (bytes: Uint8Array) => void;
  }) {
    this.#byteMs = (BITS_PER_CHARACTER * 1_000) / options.baud;
    this.#clock = options.clock;
    this.#write = options.write;
  }

  /** Transmissions that found too many before them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Transmissions that met another on the line. */
  get collided(): number {
    return this.#collided;
  }

  /** Sends these bytes from `startAt` on (monotonic ms), over whatever else is on the line then. */
  transmit(startAt: number, bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    if (this.#pending.length >= MOST_PENDING) {
      this.#dropped += 1;
      return;
    }
    let added: Transmission = { startAt, bytes };
    const apart: Transmission[] = [];
    for (const other of this.#pending) {
      if (this.#endOf(other) <= added.startAt || this.#endOf(added) <= other.startAt) {
        apart.push(other);
      } else {
        this.#collided += 1;
        const [first, second] = other.startAt <= added.startAt ? [other, added] : [added, other];
        added = overlay(first, second, this.#byteMs);
      }
    }
    this.#pending = [...apart, added].toSorted((a, b) => a.startAt - b.startAt);
    this.#arm();
  }

  /** The line is gone: what was under way is lost. */
  clear(): void {
    this.#pending = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    this.#closed = true;
    this.clear();
  }

  #endOf({ startAt, bytes }: Transmission): number {
    return startAt + bytes.length * this.#byteMs;
  }

  /** When the next chunk is complete: as much as the adapter hands over at once. */
  #nextDueAt(head: Transmission): number {
    const most = Math.max(1, Math.floor(HAND_OVER_MS / this.#byteMs));
    return head.startAt + Math.min(most, head.bytes.length) * this.#byteMs;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const [head] = this.#pending;
    if (head === undefined) {
      this.#timer = undefined;
      return;
    }
    const waitMs = Math.ceil(this.#nextDueAt(head) - this.#clock.monoMs());
    this.#timer = setTimeout(() => this.#deliver(), Math.max(1, waitMs));
  }

  #deliver(): void {
    const now = this.#clock.monoMs();
    for (let head = this.#pending[0]; head !== undefined; head = this.#pending[0]) {
      // A timer may fire a little early; a byte may not.
      if (now < this.#nextDueAt(head)) break;
      const passed = Math.floor((now - head.startAt) / this.#byteMs + 1e-6);
      const count = Math.min(head.bytes.length, passed);
      this.#write(head.bytes.subarray(0, count));
      const left = head.bytes.subarray(count);
      if (left.length === 0) this.#pending.shift();
      else this.#pending[0] = { startAt: head.startAt + count * this.#byteMs, bytes: left };
    }
    this.#arm();
  }
}
