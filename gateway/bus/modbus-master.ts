import {
  BROADCAST,
  encodeRequest,
  FC,
  isSealed,
  responseLength,
  wireMs,
} from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Line } from '../line/line.ts';
import type { BusCounts } from './driver.ts';
import { noCounts } from './driver.ts';
import { OpenEar } from './overheard.ts';
import type { Overheard } from './overheard.ts';
import { ResponseReader } from './response-reader.ts';

/** How a request ended. Weather, not errors: nothing here throws. */
export type Exchange =
  | { readonly kind: 'answered'; readonly response: Exclude<Response, { kind: 'exception' }> }
  | { readonly kind: 'exception'; readonly exception: number }
  /** Nothing, or nothing whole, came in time. */
  | { readonly kind: 'missed' }
  | { readonly kind: 'lost' };

const READ_RETRIES = 2;
/** After a timeout the line is only listened to for so long: a late answer must find nobody. */
const GUARD_MS = 150;
/** A timer that fires this late tells of our own sleep, not of the node's. */
const OVERSLEPT_MS = 15;
const GRACE_MS = 40;
/** Nodes of one address begin to answer within 20 ms, and an adapter holds bytes for 16. */
const DOUBLE_WITHIN_MS = 60;
/** No answer comes later than this after it was missed. */
const LATE_MOST_MS = 1_000;
/** Until an adapter has sent back what was broadcast, where it does that. */
const AFTER_BROADCAST_MS = 20;

const answerMs = (baud: number): number => (baud >= 19_200 ? 100 : 150);

/**
 * A Modbus RTU master for one line: one request in flight, never two. Reads are tried again, writes
 * are not: nobody knows whether a write without an answer took effect.
 */
export class ModbusMaster {
  readonly counts: BusCounts = noCounts();
  readonly #line: Line;
  readonly #baud: number;
  readonly #clock: Clock;
  #reader: ResponseReader | undefined;
  #end: ((exchange: Exchange) => void) | undefined;
  #ear: OpenEar | undefined;
  /** What was broadcast last: only an adapter that echoes says it again. */
  #broadcasted: Uint8Array | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #suspect: (address: number) => void;
  /** Who answered last, and when; undefined after a miss: what comes then is only late. */
  #answered: { readonly address: number; readonly at: number } | undefined;
  #missedAt = Number.NEGATIVE_INFINITY;
  #guardUntil = 0;
  #echoes = false;
  #busy = false;
  #lost = false;

  /** `suspect`: more came from an address than one node says, which may be two of them. */
  constructor(
    line: Line,
    baud: number,
    clock: Clock,
    suspect: (address: number) => void = () => undefined,
  ) {
    this.#line = line;
    this.#baud = baud;
    this.#clock = clock;
    this.#suspect = suspect;
  }

  /** One exchange with one node; `retry: false` for a node that is probably dead. */
  async request(request: Request, { retry = true } = {}): Promise<Exchange> {
    return this.#alone(async () => {
      const isRead = request.fc === FC.readHolding || request.fc === FC.readInput;
      const retries = retry && isRead ? READ_RETRIES : 0;
      let exchange = await this.#attempt(request);
      for (let again = 0; again < retries; again += 1) {
        if (exchange.kind !== 'missed') break;
        this.counts.retries += 1;
        exchange = await this.#attempt(request);
      }
      return exchange;
    });
  }

  /**
   * Asks what several nodes may answer at once, and hears them all out; undefined: the line is lost.
   * Nothing is asked again. `firstWithinMs`: how long silence must last to be believed.
   */
  async overhear(
    request: Request,
    { firstWithinMs = answerMs(this.#baud) } = {},
  ): Promise<Overheard | undefined> {
    return this.#alone(async () => {
      if (!(await this.#isReady())) return undefined;
      const sent = encodeRequest(request);
      const heard = await new Promise<Overheard | undefined>((resolve) => {
        this.#end = () => resolve(undefined);
        const sentAt = this.#clock.monoMs() + wireMs(sent.length, this.#baud);
        const clock = this.#clock;
        this.#ear = new OpenEar({ request, clock, sentAt, firstWithinMs, done: resolve });
        this.#line.write(sent).catch(() => resolve(undefined));
      });
      this.#ear?.stop();
      this.#ear = undefined;
      this.#end = undefined;
      if (heard?.isEchoed === true) this.#echoes = true;
      this.counts.framesHeard += heard?.answers.length ?? 0;
      this.counts.bytesDiscarded += heard?.strayBytes ?? 0;
      return heard;
    });
  }

  /** Resolves when a late answer would have come. */
  async settle(): Promise<void> {
    await this.#alone(() => this.#isReady());
  }

  /** What the line brings, from its owner. */
  bytes(chunk: Uint8Array): void {
    if (this.#ear) return this.#ear.push(chunk);
    if (!this.#reader || !this.#end) return this.#dropLate(chunk);
    const response = this.#reader.push(chunk);
    if (!response) return;
    if (!this.#echoes && this.#reader.beganWithEcho) this.#echoes = true;
    this.counts.framesHeard += 1;
    if (response.kind !== 'exception') return this.#end({ kind: 'answered', response });
    this.counts.framesBad += 1;
    this.#end({ kind: 'exception', exception: response.exception });
  }

  /** The line is gone: what is in flight ends, and nothing is sent any more. */
  lose(): void {
    this.#lost = true;
    this.#end?.({ kind: 'lost' });
  }

  async #alone<T>(use: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Error('one request at a time: the line is in use');
    this.#busy = true;
    try {
      return await use();
    } finally {
      this.#busy = false;
    }
  }

  /** Waits out the guard time; false: the line is lost. */
  async #isReady(): Promise<boolean> {
    const guardMs = this.#guardUntil - this.#clock.monoMs();
    if (guardMs > 0) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, guardMs);
      });
    }
    // Only after a guard can anything lie in the port: else every byte has been read as it came.
    const isClear = guardMs <= 0 || this.#lost || (await this.#flushed());
    this.#broadcasted = undefined;
    return isClear && !this.#lost;
  }

  async #attempt(request: Request): Promise<Exchange> {
    if (!(await this.#isReady())) return { kind: 'lost' };
    const sent = encodeRequest(request);
    if (request.address === BROADCAST) return this.#broadcast(sent);

    const reader = new ResponseReader(request, this.#echoes);
    const characters = sent.length + responseLength(request);
    const exchange = await new Promise<Exchange>((resolve) => {
      this.#reader = reader;
      this.#end = resolve;
      this.#expire(answerMs(this.#baud) + wireMs(characters, this.#baud), OVERSLEPT_MS);
      this.#line.write(sent).catch(() => resolve({ kind: 'lost' }));
    });
    clearTimeout(this.#timer);
    this.#reader = undefined;
    this.#end = undefined;
    this.#countStray(reader, sent.length, exchange);
    this.#noteAnswer(request, reader, exchange);
    return exchange;
  }

  #expire(afterMs: number, oversleptMs: number): void {
    const dueAt = this.#clock.monoMs() + afterMs;
    this.#timer = setTimeout(() => {
      // What came while we slept is read before this timer is believed.
      if (this.#clock.monoMs() - dueAt > oversleptMs) {
        return this.#expire(GRACE_MS, Number.POSITIVE_INFINITY);
      }
      this.#guardUntil = this.#clock.monoMs() + GUARD_MS;
      this.#end?.({ kind: 'missed' });
    }, afterMs);
  }

  async #broadcast(sent: Uint8Array): Promise<Exchange> {
    try {
      await this.#line.write(sent);
    } catch {
      return { kind: 'lost' };
    }
    this.#broadcasted = sent;
    this.#guardUntil = this.#clock.monoMs() + wireMs(sent.length, this.#baud) + AFTER_BROADCAST_MS;
    return { kind: 'missed' };
  }

  async #flushed(): Promise<boolean> {
    try {
      await this.#line.flush();
      return true;
    } catch {
      return false;
    }
  }

  #countStray(reader: ResponseReader, sentBytes: number, exchange: Exchange): void {
    const echoed = reader.beganWithEcho ? sentBytes : 0;
    const stray = Math.max(0, reader.strayBytes - echoed);
    this.counts.bytesDiscarded += stray;
    if (exchange.kind !== 'missed') return;
    if (stray > 0) this.counts.framesBad += 1;
    else this.counts.timeouts += 1;
  }

  /** Two nodes of one address answer one over the other, or one after the other. */
  #noteAnswer(request: Request, reader: ResponseReader, { kind }: Exchange): void {
    const now = this.#clock.monoMs();
    const { address } = request;
    this.#answered = kind === 'answered' ? { address, at: now } : undefined;
    if (kind === 'missed') {
      if (reader.strayBytes > responseLength(request)) this.#suspect(address);
      this.#missedAt = now;
    }
  }

  /** A second whole answer of who has just answered; but after a miss it may be the first's. */
  #hearAgain(chunk: Uint8Array): void {
    const now = this.#clock.monoMs();
    const { address, at } = this.#answered ?? {};
    if (address === undefined || at === undefined || chunk[0] !== address) return;
    if (now - at < DOUBLE_WITHIN_MS && now - this.#missedAt > LATE_MOST_MS) this.#suspect(address);
  }

  #dropLate(chunk: Uint8Array): void {
    const sent = this.#broadcasted;
    if (sent?.length === chunk.length && sent.every((byte, at) => byte === chunk[at])) {
      this.#echoes = true;
      return;
    }
    this.counts.bytesDiscarded += chunk.length;
    if (!isSealed(chunk)) return;
    this.counts.lateAnswers += 1;
    this.#hearAgain(chunk);
  }
}
