import type { WatchMessage } from '#contract/live.ts';
import type { Clock } from '#runtime/clock.ts';
import type { ChannelFeed, MadeFrame } from './channel-feed.ts';

/** The part of a WebSocket that a client needs. */
export interface Pipe {
  readonly bufferedBytes: number;
  /** A whole frame; `left` is called when it has gone to the network, or cannot any more. */
  send(wire: Buffer, left: () => void): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  /** What is sent until `uncork` leaves as one write. */
  cork(): void;
  uncork(): void;
}

/** How much of this process one client may hold, and how long it may be deaf. */
export interface ClientLimits {
  /** Above this much waiting, deltas are left out; a snapshot follows when it has drained. */
  readonly skipBytes: number;
  /** Above this much waiting, or ... */
  readonly cutBytes: number;
  /** ... with nothing taken for this long, the client is cut off. */
  readonly stuckMs: number;
  readonly pingEveryMs: number;
  readonly pongWithinMs: number;
}

export const clientLimits: ClientLimits = {
  skipBytes: 256 * 1_024,
  cutBytes: 1_024 * 1_024,
  stuckMs: 10_000,
  pingEveryMs: 30_000,
  pongWithinMs: 10_000,
};

export interface LiveCounts {
  framesSent: number;
  /** Turns in which a slow client was given nothing. */
  skips: number;
  /** Cut off for holding too much or for being deaf. */
  cut: number;
}

export interface Beat extends MadeFrame {
  readonly number: number;
}

/**
 * One browser. It holds no frames: only how far it is in each channel, so that a slow client costs
 * what waits in its socket and never more. Behind the kept frames it gets the present instead.
 */
export class LiveClient {
  readonly #pipe: Pipe;
  readonly #limits: ClientLimits;
  readonly #counts: LiveCounts;
  readonly #clock: Clock;
  /** The last number sent in each channel; undefined: a snapshot is due. */
  readonly #sent = new Map<ChannelFeed, number | undefined>();
  #inFlight = 0;
  #lagging = false;
  #tookMs: number;
  #beat = 0;
  #hasWatched = false;
  /** When the newest of what was sent was made: a beat from before it knows less. */
  #toldMs = Number.NEGATIVE_INFINITY;
  #pingMs: number;
  #awaitsPong = false;
  #refused = false;

  constructor(pipe: Pipe, limits: ClientLimits, counts: LiveCounts, clock: Clock) {
    this.#pipe = pipe;
    this.#limits = limits;
    this.#counts = counts;
    this.#clock = clock;
    this.#tookMs = clock.monoMs();
    this.#pingMs = this.#tookMs;
  }

  /** From now on these channels; each begins after what the client says it knows of this stream. */
  watch(message: WatchMessage, stream: string, feeds: ReadonlyMap<string, ChannelFeed>): void {
    const before = new Map(this.#sent);
    this.#sent.clear();
    for (const { channel, seq } of message.channels) {
      const feed = feeds.get(channel);
      if (!feed || this.#sent.has(feed)) continue;
      const known = message.stream === stream ? seq : undefined;
      const sent = before.get(feed);
      // What was sent on this connection and is still on its way is not sent twice.
      const onItsWay = known !== undefined && sent !== undefined && known <= sent;
      this.#sent.set(feed, onItsWay ? sent : known);
      if (!before.delete(feed)) feed.joined();
    }
    for (const feed of before.keys()) feed.left(this.#clock.monoMs());
    this.#hasWatched = true;
    this.advance();
  }

  /** The same channels in another stream, as far as it has them: their present is due. */
  moveTo(feeds: ReadonlyMap<string, ChannelFeed>): void {
    const channels = [...this.#sent.keys()].map(({ channel }) => channel);
    this.#sent.clear();
    for (const channel of channels) {
      const feed = feeds.get(channel);
      if (!feed) continue;
      this.#sent.set(feed, undefined);
      feed.joined();
    }
  }

  /** A beat is only for who has something that it can age, and only one that is not older than that. */
  get beatsFromMs(): number | undefined {
    const isTold = this.#hasWatched && [...this.#sent.values()].every((seq) => seq !== undefined);
    return isTold ? this.#toldMs : undefined;
  }

  /**
   * A round's turn: what is missing in each channel, and the beat. More than one frame is one write,
   * since to write costs the same whatever its length.
   */
  turn(beat: Beat): void {
    const isMore = this.#sent.size > 1 || this.#beat < beat.number;
    if (isMore) this.#pipe.cork();
    this.advance();
    this.beat(beat);
    if (isMore) this.#pipe.uncork();
  }

  /** Sends what is missing in each channel, as far as the client takes it. */
  advance(): void {
    for (const [feed, seq] of this.#sent) {
      if (seq === feed.seq) continue;
      if (!this.#hasRoom()) return;
      const frames = seq === undefined ? undefined : feed.framesAfter(seq);
      for (const { wire, madeMs } of frames ?? [this.#presentOf(feed)]) {
        this.#toldMs = Math.max(this.#toldMs, madeMs);
        this.#send(wire);
      }
      this.#sent.set(feed, feed.seq);
    }
  }

  /** The beat, unless the client had it; and whether it still lives. */
  beat({ number, wire, madeMs }: Beat): void {
    const monoMs = this.#clock.monoMs();
    if (this.#isDeaf(monoMs)) {
      this.#cut();
      return;
    }
    if (!this.#awaitsPong && monoMs - this.#pingMs >= this.#limits.pingEveryMs) {
      this.#awaitsPong = true;
      this.#pingMs = monoMs;
      this.#pipe.ping();
    }
    if (this.#beat >= number) return;
    const fromMs = this.beatsFromMs;
    if (fromMs === undefined || madeMs < fromMs || !this.#hasRoom()) return;
    this.#beat = number;
    this.#send(wire);
  }

  ponged(): void {
    this.#awaitsPong = false;
  }

  /** The client is gone. */
  left(): void {
    for (const feed of this.#sent.keys()) feed.left(this.#clock.monoMs());
    this.#sent.clear();
  }

  /** Shows the client out; one that goes on talking is cut off. */
  refuse(code: number, reason: string): void {
    if (this.#refused) this.#pipe.terminate();
    else this.#pipe.close(code, reason);
    this.#refused = true;
  }

  #presentOf(feed: ChannelFeed): MadeFrame {
    return feed.snapshot(this.#clock.wallMs(), this.#clock.monoMs());
  }

  #hasRoom(): boolean {
    const waiting = this.#pipe.bufferedBytes;
    if (waiting > this.#limits.cutBytes) {
      this.#cut();
      return false;
    }
    if (waiting > this.#limits.skipBytes) this.#lagging = true;
    if (this.#lagging) this.#counts.skips += 1;
    return !this.#lagging;
  }

  #send(wire: Buffer): void {
    if (this.#inFlight === 0) this.#tookMs = this.#clock.monoMs();
    this.#inFlight += 1;
    this.#counts.framesSent += 1;
    this.#pipe.send(wire, this.#left);
  }

  readonly #left = (): void => {
    this.#inFlight -= 1;
    this.#tookMs = this.#clock.monoMs();
    if (!this.#lagging || this.#inFlight > 0) return;
    this.#lagging = false;
    // Too far behind to be told every step: the present is enough.
    for (const [feed, seq] of this.#sent) {
      if (seq !== feed.seq) this.#sent.set(feed, undefined);
    }
    this.advance();
  };

  #isDeaf(monoMs: number): boolean {
    const stuck = this.#inFlight > 0 && monoMs - this.#tookMs > this.#limits.stuckMs;
    return stuck || (this.#awaitsPong && monoMs - this.#pingMs > this.#limits.pongWithinMs);
  }

  #cut(): void {
    this.#counts.cut += 1;
    this.#pipe.terminate();
  }
}
