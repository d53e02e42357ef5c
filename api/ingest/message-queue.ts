import { performance } from 'node:perf_hooks';
import { SenderLane } from './sender-lane.ts';

/** A turn of the event loop gives the queue at most this long, so that the rest stays awake. */
const SLICE_MS = 8;
/** So many reports of now in a row; then a backlog gets one turn, whoever floods. */
const URGENT_IN_A_ROW = 32;

/**
 * What waits between the MQTT callback and ingest. Senders are served in turn, so that one with a
 * long backlog delays nobody. Overflow: whoever has the most waiting loses its newest, counted; a
 * gateway that floods fills only its own share.
 */
export class MessageQueue<Message extends { readonly bytes: number }> {
  readonly #take: (message: Message) => void;
  readonly #most: { readonly messages: number; readonly bytes: number };
  /** Served first: a report of now must not wait for a backlog. */
  readonly #urgent = new SenderLane<Message>();
  readonly #waiting = new SenderLane<Message>();
  /** Of the bounds, messages and bytes alike, by sender. */
  readonly #shareOf = new Map<string, number>();
  #urgentInARow = 0;
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
    return this.#urgent.length + this.#waiting.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get taken(): number {
    return this.#taken;
  }

  add(sender: string, message: Message, urgent: boolean): void {
    if (this.#closed) return;
    if (!this.#makeRoom(sender, message.bytes)) {
      this.#dropped += 1;
      return;
    }
    (urgent ? this.#urgent : this.#waiting).add(sender, message);
    this.#count(sender, message.bytes);
    this.#scheduled ??= setImmediate(() => this.#drain());
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
  }

  /** False: the sender itself is the one that has the most waiting. */
  #makeRoom(sender: string, bytes: number): boolean {
    while (this.length >= this.#most.messages || this.#bytes + bytes > this.#most.bytes) {
      const fullest = this.#fullest();
      if (fullest === undefined || fullest === sender) return false;
      // Batches are sent again; a report is not.
      const dropped = this.#waiting.dropNewest(fullest) ?? this.#urgent.dropNewest(fullest);
      if (dropped === undefined) return false;
      this.#count(fullest, -dropped.bytes);
      this.#dropped += 1;
    }
    return true;
  }

  #fullest(): string | undefined {
    let fullest: string | undefined;
    let most = 0;
    for (const [sender, share] of this.#shareOf) {
      if (share <= most) continue;
      most = share;
      fullest = sender;
    }
    return fullest;
  }

  /** One message more, or with its negative one less. */
  #count(sender: string, bytes: number): void {
    this.#bytes += bytes;
    const sign = bytes < 0 ? -1 : 1;
    const share = sign / this.#most.messages + bytes / this.#most.bytes;
    const left = (this.#shareOf.get(sender) ?? 0) + share;
    // Sums of fractions: an empty share is hardly ever 0.
    if (left > 0.5 / this.#most.messages) this.#shareOf.set(sender, left);
    else this.#shareOf.delete(sender);
  }

  #drain(): void {
    const until = performance.now() + SLICE_MS;
    while (performance.now() < until && this.#takeNext());
    this.#scheduled = this.length > 0 ? setImmediate(() => this.#drain()) : undefined;
  }

  #takeNext(): boolean {
    const mayBeUrgent = this.#urgentInARow < URGENT_IN_A_ROW || this.#waiting.length === 0;
    const urgent = mayBeUrgent ? this.#urgent.next() : undefined;
    this.#urgentInARow = urgent ? this.#urgentInARow + 1 : 0;
    const next = urgent ?? this.#waiting.next();
    if (!next) return false;
    this.#count(next.sender, -next.message.bytes);
    this.#taken += 1;
    this.#take(next.message);
    return true;
  }
}
