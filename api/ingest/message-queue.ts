import { performance } from 'node:perf_hooks';

/** A turn of the event loop gives the queue at most this long, so that the rest stays awake. */
const SLICE_MS = 8;

/** What waits between the MQTT callback and ingest. Overflow: the newest is refused and counted. */
export class MessageQueue<Message extends { readonly bytes: number }> {
  readonly #take: (message: Message) => void;
  readonly #most: { readonly messages: number; readonly bytes: number };
  /** Served first: a report of now must not wait for a backlog. */
  #urgent: Message[] = [];
  #waiting: Message[] = [];
  #waitingFrom = 0;
  #bytes = 0;
  #dropped = 0;
  #taken = 0;
  #scheduled: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(
    take: (message: Message) => void,
    most: { readonly messages: number; readonly bytes: number },
  ) {
    this.#take = take;
    this.#most = most;
  }

  get length(): number {
    return this.#urgent.length + this.#waiting.length - this.#waitingFrom;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get taken(): number {
    return this.#taken;
  }

  add(message: Message, urgent: boolean): void {
    if (this.#closed) return;
    if (this.length >= this.#most.messages || this.#bytes + message.bytes > this.#most.bytes) {
      this.#dropped += 1;
      return;
    }
    this.#bytes += message.bytes;
    (urgent ? this.#urgent : this.#waiting).push(message);
    this.#scheduled ??= setImmediate(() => this.#drain());
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
  }

  #drain(): void {
    const until = performance.now() + SLICE_MS;
    while (performance.now() < until && this.#takeNext());
    this.#scheduled = this.length > 0 ? setImmediate(() => this.#drain()) : undefined;
  }

  #takeNext(): boolean {
    if (this.#urgent.length > 0) {
      const urgent = this.#urgent;
      this.#urgent = [];
      for (const message of urgent) this.#takeOne(message);
      return true;
    }
    const message = this.#waiting[this.#waitingFrom];
    if (message === undefined) return false;
    this.#waitingFrom += 1;
    if (this.#waitingFrom === this.#waiting.length) {
      this.#waiting = [];
      this.#waitingFrom = 0;
    }
    this.#takeOne(message);
    return true;
  }

  #takeOne(message: Message): void {
    this.#bytes -= message.bytes;
    this.#taken += 1;
    this.#take(message);
  }
}
