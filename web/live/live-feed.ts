import { deadlines } from '#contract/deadlines.ts';
import type { LiveMessage, WatchMessage } from '#contract/live.ts';
import { parseLiveMessage } from '../wire/live-message.ts';
import { BackOff } from './back-off.ts';
import type { Applied } from './live-book.ts';

/** As much of a WebSocket as is needed here. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
}

/** What a socket tells; after `closed` nothing more. */
export interface SocketEvents {
  readonly opened: () => void;
  readonly said: (data: unknown) => void;
  readonly closed: () => void;
}

export interface LiveFeedOptions {
  /** Throws where the browser forbids sockets. The events come later, never from within. */
  readonly openSocket: (events: SocketEvents) => LiveSocket;
  /** A channel's snapshot as text; rejects when the server cannot be reached. */
  readonly fetchSnapshot: (channel: string) => Promise<string>;
  /** What this page wants to hear, and from where on. */
  readonly watch: () => WatchMessage;
  readonly hear: (message: LiveMessage) => Applied;
  readonly random?: () => number;
}

export type FeedKind = 'connecting' | 'live' | 'polling';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** So many failures in a row, and the page polls beside trying further. */
const FAILURES_BEFORE_POLLING = 2;
/** The server allows five messages a second. */
const WATCH_EVERY_MS = 400;
/** Bays beside the lots; a poll is worth less than the list it feeds. */
const CHANNELS_POLLED = 4;

/**
 * Keeps the page fed: one socket at a time, made again with back-off and jitter; polling while the
 * socket fails again and again. A socket that says nothing for `pageLostMs` is given up.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #retry: BackOff;
  readonly #pollRetry: BackOff;
  #socket: LiveSocket | undefined;
  #kind: FeedKind = 'connecting';
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  #polling = false;
  #closed = false;
  /** Frames that this page does not understand. */
  rejected = 0;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.#retry = new BackOff(FIRST_RETRY_MS, LONGEST_RETRY_MS, options.random);
    this.#pollRetry = new BackOff(deadlines.beatEveryMs, LONGEST_RETRY_MS, options.random);
    this.#connect();
  }

  get kind(): FeedKind {
    return this.#kind;
  }

  /** What the page wants to hear has changed. */
  watchAnew(): void {
    this.#watchTimer ??= setTimeout(() => {
      this.#watchTimer = undefined;
      if (this.#kind === 'live') this.#sendWatch();
    }, WATCH_EVERY_MS);
  }

  /** The network or the page is back: do not sit out the back-off. */
  wake(): void {
    if (this.#socket || this.#closed) return;
    clearTimeout(this.#retryTimer);
    this.#connect();
  }

  /** What a sleeping socket may have missed, asked for at once. Never rejects. */
  async catchUp(): Promise<void> {
    const [answer] = await Promise.allSettled([this.#options.fetchSnapshot('lots')]);
    const message = answer.status === 'fulfilled' ? parseLiveMessage(answer.value) : undefined;
    if (message && !this.#closed) this.#options.hear(message);
  }

  close(): void {
    this.#closed = true;
    this.#kind = 'connecting';
    for (const timer of [this.#retryTimer, this.#silenceTimer, this.#pollTimer, this.#watchTimer])
      clearTimeout(timer);
    this.#dropSocket()?.close();
  }

  #connect(): void {
    // What a socket says that was given up before is not for us.
    const whileCurrent = (act: () => void) => {
      if (this.#socket === socket) act();
    };
    let socket: LiveSocket | undefined;
    try {
      socket = this.#options.openSocket({
        opened: () => whileCurrent(() => this.#sendWatch()),
        said: (data) => whileCurrent(() => this.#hear(data)),
        closed: () => whileCurrent(() => this.#lose()),
      });
    } catch {
      // A page that may not open sockets at all: the same to it as a server that refuses them.
      this.#retryLater();
      return;
    }
    this.#socket = socket;
    this.#awaitSound();
  }

  #hear(data: unknown): void {
    const message = typeof data === 'string' ? parseLiveMessage(data) : undefined;
    if (!message) {
      this.rejected += 1;
      return;
    }
    this.#awaitSound();
    this.#kind = 'live';
    this.#retry.reset();
    this.#stopPolling();
    if (this.#options.hear(message) === 'gap') this.watchAnew();
  }

  #sendWatch(): void {
    this.#socket?.send(JSON.stringify(this.#options.watch()));
  }

  #awaitSound(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#lose(), deadlines.pageLostMs);
  }

  #lose(): void {
    this.#dropSocket()?.close();
    if (this.#kind === 'live') this.#kind = 'connecting';
    this.#retryLater();
  }

  #dropSocket(): LiveSocket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    clearTimeout(this.#silenceTimer);
    return socket;
  }

  #retryLater(): void {
    if (this.#closed) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#connect(), this.#retry.nextMs());
    if (this.#retry.failures >= FAILURES_BEFORE_POLLING && !this.#polling) {
      this.#polling = true;
      void this.#poll();
    }
  }

  /** One round, and the next one planned; never rejects. */
  async #poll(): Promise<void> {
    const channels = this.#options.watch().channels.slice(0, CHANNELS_POLLED);
    const answers = await Promise.allSettled(
      channels.map(async ({ channel }) => this.#options.fetchSnapshot(channel)),
    );
    if (!this.#polling || this.#closed) return;
    let heard = false;
    for (const answer of answers) {
      const message = answer.status === 'fulfilled' ? parseLiveMessage(answer.value) : undefined;
      if (!message) continue;
      heard = true;
      this.#options.hear(message);
    }
    if (heard) this.#pollRetry.reset();
    this.#kind = heard ? 'polling' : 'connecting';
    this.#pollTimer = setTimeout(() => void this.#poll(), this.#pollRetry.nextMs());
  }

  #stopPolling(): void {
    this.#polling = false;
    clearTimeout(this.#pollTimer);
    this.#pollRetry.reset();
  }
}
