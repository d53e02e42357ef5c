import { WebSocket } from 'ws';
import type { BayLive, LotLive } from '#contract/live.ts';
import { LiveMessage } from '#contract/live.ts';
import type { LiveBeat, LiveDelta, LiveSnapshot, WatchMessage } from '#contract/live.ts';
import { until } from '../../support/until.ts';

interface Held {
  readonly seq: number;
  readonly lots: Map<string, LotLive>;
  readonly bays: Map<string, BayLive>;
}

/**
 * A page as the protocol wants it: it keeps what it was told, resumes with what it knows after a
 * drop, and notes every number that is missing or comes twice.
 */
export class LivePage {
  readonly #url: string;
  readonly #channels: readonly string[];
  readonly held = new Map<string, Held>();
  readonly gaps: string[] = [];
  readonly heard: LiveMessage[] = [];
  stream: string | undefined;
  closedWith: { code: number; reason: string } | undefined;
  #socket: WebSocket | undefined;

  constructor(url: string, channels: readonly string[]) {
    this.#url = url.replace('http', 'ws');
    this.#channels = channels;
  }

  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  get snapshots(): LiveSnapshot[] {
    return this.heard.filter((message) => message.type === 'snapshot');
  }

  get deltas(): LiveDelta[] {
    return this.heard.filter((message) => message.type === 'delta');
  }

  get beats(): LiveBeat[] {
    return this.heard.filter((message) => message.type === 'beat');
  }

  /** Opens a connection and asks for what is missing since the last one. */
  async open(): Promise<void> {
    const socket = new WebSocket(`${this.#url}/api/v1/live`);
    this.#socket = socket;
    socket.on('message', (data: Buffer) =>
      this.#hear(LiveMessage.parse(JSON.parse(data.toString()))),
    );
    socket.on('close', (code, reason) => {
      this.closedWith = { code, reason: reason.toString() };
    });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    this.send({
      type: 'watch',
      ...(this.stream !== undefined && { stream: this.stream }),
      channels: this.#channels.map((channel) => {
        const seq = this.held.get(channel)?.seq;
        return { channel, ...(seq !== undefined && { seq }) };
      }),
    });
  }

  send(message: WatchMessage | object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** Breaks the connection off, as a phone in a lift does. */
  async drop(): Promise<void> {
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    const gone = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.terminate();
    await gone;
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return until(() => this.closedWith);
  }

  lots(): Record<string, LotLive> {
    return Object.fromEntries(this.held.get('lots')?.lots ?? []);
  }

  bays(lot: string): Record<string, BayLive> {
    return Object.fromEntries(this.held.get(`lot:${lot}`)?.bays ?? []);
  }

  #hear(message: LiveMessage): void {
    this.heard.push(message);
    if (message.type === 'beat') return;
    this.stream = message.stream;
    const { channel, seq } = message;
    const before = this.held.get(channel);
    if (message.type === 'delta' && before?.seq !== seq - 1) {
      this.gaps.push(`${channel}: ${seq} after ${before?.seq ?? 'nothing'}`);
    }
    const isNew = message.type === 'snapshot' || !before;
    const lots = new Map(isNew ? [] : before.lots);
    const bays = new Map(isNew ? [] : before.bays);
    for (const lot of message.lots ?? []) lots.set(lot.lot, lot);
    for (const bay of message.bays ?? []) bays.set(bay.bay, bay);
    this.held.set(channel, { seq, lots, bays });
  }
}
