import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { deadlines } from '#contract/deadlines.ts';
import type { Channel, LiveBeat, LiveSnapshot } from '#contract/live.ts';
import type { ProblemCode } from '#contract/problem.ts';
import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { LiveStateReader } from '../state/live-state.ts';
import { Feeds } from './feeds.ts';
import { clientLimits, LiveClient } from './live-client.ts';
import type { Beat, ClientLimits, LiveCounts, Pipe } from './live-client.ts';
import { RateLimit } from './rate-limit.ts';
import { inSlices } from './slices.ts';
import { textFrameOf } from './text-frame.ts';
import { readWatchMessage } from './watch-message.ts';

export interface LiveHubOptions {
  readonly site: Site;
  /** The revision of the site, as the beats tell it. */
  readonly revision: string;
  readonly liveState: LiveStateReader;
  readonly coalesceMs: number;
  readonly maxClients: number;
  /** From so many clients on, one source has no more than its share. */
  readonly crowdFrom: number;
  readonly maxClientsPerSource: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<ClientLimits>;
  /** A whole HTTP answer for a connection that is not upgraded. */
  readonly refusal: (code: ProblemCode, detail: string) => string;
}

/** A watch message with 40 channels, their numbers and a stream id fits. */
const MESSAGE_BYTES = 4 * 1_024;
const MESSAGES_A_SECOND = 5;
/** The event loop turns this often while thousands are written to. */
const SLICE_MS = 10;
const CLOSE_MS = 1_000;
const GOING_AWAY = 1001;
const POLICY = 1008;

/** The live channel: who watches, and the rounds in which everybody is told. */
export class LiveHub {
  readonly #options: LiveHubOptions;
  #stream = newStream();
  #feeds: Feeds;
  #site: Site;
  #revision: string;
  readonly #limits: ClientLimits;
  readonly #sockets: WebSocketServer;
  readonly #clients = new Set<LiveClient>();
  readonly #bySource = new Map<string, number>();
  readonly #counts: LiveCounts & { refused: number } = {
    framesSent: 0,
    skips: 0,
    cut: 0,
    refused: 0,
  };
  readonly #stopListening: () => void;
  readonly #beatTimer: NodeJS.Timeout;
  #beat: Beat;
  #beatIsDue = false;
  #isFlushAsked = false;
  #flushTimer: NodeJS.Timeout | undefined;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #round: 'none' | 'running' | 'again' = 'none';
  #closing: Promise<void> | undefined;

  constructor(options: LiveHubOptions) {
    this.#options = options;
    this.#limits = { ...clientLimits, ...options.limits };
    this.#site = options.site;
    this.#revision = options.revision;
    this.#feeds = this.#feedsOf(options.site);
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      maxPayload: MESSAGE_BYTES,
      perMessageDeflate: false,
      autoPong: false,
    });
    this.#sockets.on('wsClientError', (error, socket) => {
      this.#counts.refused += 1;
      socket.end(options.refusal('invalid_request', error.message));
    });
    this.#beat = this.#nextBeat(1);
    this.#beatTimer = setInterval(() => {
      this.#beatIsDue = true;
      this.#startRound();
    }, deadlines.beatEveryMs);
    this.#stopListening = options.liveState.onChanged((change) => {
      this.#feeds.changed(change);
      this.#flushSoon();
    });
  }

  get stream(): string {
    return this.#stream;
  }

  get counts(): Readonly<LiveCounts & { refused: number; clients: number }> {
    return { ...this.#counts, clients: this.#clients.size };
  }

  /** The channel as it is now, for those who poll; undefined: the site has no such channel. */
  snapshot(channel: Channel): LiveSnapshot | undefined {
    return this.#feeds.byChannel.get(channel)?.present(this.#options.clock.wallMs());
  }

  /**
   * Another site holds: a new stream begins, and every client gets the present of the channels that
   * it watches and that are still there. The beat, which follows at once, tells the new revision.
   */
  changeSite(site: Site, revision: string): void {
    this.#site = site;
    this.#revision = revision;
    this.#stream = newStream();
    this.#feeds = this.#feedsOf(site);
    for (const client of this.#clients) client.moveTo(this.#feeds.byChannel);
    this.#beatIsDue = true;
    this.#startRound();
  }

  #feedsOf(site: Site): Feeds {
    const head = { stream: this.#stream, simulated: site.simulated };
    return new Feeds(site, this.#options.liveState, head);
  }

  /** The same as bytes, at most a second old, made once for all who poll. */
  snapshotBytes(channel: Channel): Buffer | undefined {
    const { at, monoMs } = this.#now();
    return this.#feeds.byChannel.get(channel)?.snapshot(at, monoMs).bytes;
  }

  /**
   * Takes over a connection that asked for an upgrade, or refuses it: then the client polls, and is
   * told the same. `source`: its address, or what counts as one.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, source: string): void {
    const { refusal } = this.#options;
    if (this.#closing || !this.#hasRoomFor(source)) {
      this.#counts.refused += 1;
      socket.end(
        refusal('too_many_clients', `There are ${this.#clients.size} already; poll instead.`),
      );
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      this.#join(opened, socket, source);
    });
  }

  /** Hundreds of phones share an address: it matters only while there is a crowd. */
  #hasRoomFor(source: string): boolean {
    const { maxClients, crowdFrom, maxClientsPerSource } = this.#options;
    const { size } = this.#clients;
    if (size >= maxClients) return false;
    return size < crowdFrom || (this.#bySource.get(source) ?? 0) < maxClientsPerSource;
  }

  /** Tells every client to go, cuts those that do not; the same at every call. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopListening();
    clearInterval(this.#beatTimer);
    clearTimeout(this.#flushTimer);
    for (const client of this.#clients) client.refuse(GOING_AWAY, 'the server stops');
    const cut = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
    }, CLOSE_MS);
    await new Promise((resolve) => {
      this.#sockets.close(resolve);
    });
    clearTimeout(cut);
  }

  #join(socket: WebSocket, connection: Duplex, source: string): void {
    const { clock, log } = this.#options;
    const client = new LiveClient(pipeOf(socket, connection), this.#limits, this.#counts, clock);
    const rate = new RateLimit(MESSAGES_A_SECOND, MESSAGES_A_SECOND, clock.monoMs());
    this.#clients.add(client);
    this.#bySource.set(source, (this.#bySource.get(source) ?? 0) + 1);
    const isTooOften = (): boolean => {
      if (rate.take(clock.monoMs())) return false;
      client.refuse(POLICY, `more than ${MESSAGES_A_SECOND} messages a second`);
      return true;
    };
    socket.on('message', (data, isBinary) => {
      if (isTooOften()) return;
      // Node's WebSocket gives one buffer as long as binaryType is left alone.
      const read = readWatchMessage(data as Buffer, isBinary);
      if (!read.ok) return client.refuse(read.code, read.reason);
      client.watch(read.message, this.#stream, this.#feeds.byChannel);
      client.beat(this.#beatFrom(client.beatsFromMs ?? 0));
    });
    socket.on('ping', (data) => {
      if (!isTooOften()) socket.pong(data);
    });
    socket.on('pong', () => client.ponged());
    socket.on('error', (error) => log.debug({ reason: messageOf(error) }, 'api.live.clientFailed'));
    socket.once('close', () => {
      this.#clients.delete(client);
      const left = (this.#bySource.get(source) ?? 1) - 1;
      if (left > 0) this.#bySource.set(source, left);
      else this.#bySource.delete(source);
      client.left();
    });
  }

  #now(): { readonly at: number; readonly monoMs: number } {
    const { clock } = this.#options;
    return { at: clock.wallMs(), monoMs: clock.monoMs() };
  }

  #nextBeat(number: number): Beat {
    const { liveState } = this.#options;
    const [site, revision] = [this.#site, this.#revision];
    const observedAt = Object.fromEntries(
      site.lots
        .filter(({ properties }) => properties.instrumented !== 'none')
        .map(({ properties: { id } }) => [id, liveState.lot(id)?.observedAt ?? null]),
    );
    const stream = this.#stream;
    const { at, monoMs: madeMs } = this.#now();
    const beat: LiveBeat = { type: 'beat', stream, at, site: revision, observedAt };
    return { number, madeMs, ...textFrameOf(beat) };
  }

  /** The last beat, said anew where it is older than what a client has just been told. */
  #beatFrom(fromMs: number): Beat {
    const { number, madeMs } = this.#beat;
    if (madeMs < fromMs) this.#beat = this.#nextBeat(number);
    return this.#beat;
  }

  /** A lone change leaves at once; changes close together leave as one frame. */
  #flushSoon(): void {
    if (this.#isFlushAsked || this.#closing) return;
    this.#isFlushAsked = true;
    const { clock, coalesceMs } = this.#options;
    const waitMs = this.#flushedMs + coalesceMs - clock.monoMs();
    const flush = () => {
      // While a round still runs its successor flushes: under load, more is coalesced.
      this.#isFlushAsked = false;
      if (!this.#closing) this.#startRound();
    };
    // A timer would take a millisecond more.
    if (waitMs > 0) this.#flushTimer = setTimeout(flush, waitMs);
    else setImmediate(flush);
  }

  #startRound(): void {
    if (this.#round !== 'none') {
      this.#round = 'again';
      return;
    }
    this.#runRounds().catch((error: unknown) => {
      this.#round = 'none';
      this.#options.log.error({ error }, 'api.live.roundFailed');
    });
  }

  async #runRounds(): Promise<void> {
    do {
      this.#round = 'running';
      const { at, monoMs } = this.#now();
      this.#feeds.flush(at, monoMs);
      this.#flushedMs = monoMs;
      // After the deltas, so that it is no older than they are.
      if (this.#beatIsDue) this.#beat = this.#nextBeat(this.#beat.number + 1);
      this.#beatIsDue = false;
      await inSlices(this.#clients, SLICE_MS, (client) => client.turn(this.#beat));
    } while (this.#stateOfRound() === 'again' && !this.#closing);
    this.#round = 'none';
  }

  /** Read anew: it changes while a round waits for the event loop. */
  #stateOfRound(): 'none' | 'running' | 'again' {
    return this.#round;
  }
}

const newStream = (): string => randomBytes(12).toString('base64url');

/**
 * Frames go to the connection as they are: `ws` would make a header for each client and write it
 * beside the message, which costs half as much again as one write of both.
 */
function pipeOf(socket: WebSocket, connection: Duplex): Pipe {
  return {
    get bufferedBytes() {
      return connection.writableLength;
    },
    send: (wire, left) => {
      // After the closing frame there must be no other.
      if (socket.readyState === WebSocket.OPEN) connection.write(wire, left);
      else process.nextTick(left);
    },
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    cork: () => connection.cork(),
    uncork: () => connection.uncork(),
  };
}
