import { WebSocket } from 'ws';
import { countsOf } from '#contract/headline.ts';
import { LiveMessage } from '#contract/live.ts';
import type { BayLive, LiveSnapshot, LotLive } from '#contract/live.ts';

interface SeenStream {
  readonly stream: string;
  readonly begunBy: 'snapshot' | 'delta';
  /** By `performance.now()`. */
  readonly begunMs: number;
}

/** A WebSocket client that comes back whenever it is cut off, and tries to go on where it was. */
export interface LastingViewer {
  /** Of each stream that it has seen, in order: how its first frame of the channel `lots` came. */
  readonly streams: readonly SeenStream[];
  readonly connected: boolean;
  stateOf(bay: string): BayLive['state'] | undefined;
  unknownOf(lot: string): number | undefined;
  /** The oldest that a known number ever was when it was told, in milliseconds. */
  readonly oldestToldMs: number;
  /** What the protocol does not allow. */
  readonly problems: readonly string[];
  close(): void;
}

const AGAIN_AFTER_MS = 200;

export function openLastingViewer(url: string, lotIds: readonly string[]): LastingViewer {
  const channels = ['lots', ...lotIds.map((lot) => `lot:${lot}`)];
  const seqs = new Map<string, number>();
  const lots = new Map<string, LotLive>();
  const bays = new Map<string, BayLive>();
  const streams: SeenStream[] = [];
  const problems: string[] = [];
  let oldestToldMs = 0;
  let socket: WebSocket;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function open(): void {
    socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`);
    socket.on('error', () => socket.terminate());
    socket.on('open', () => {
      const asked = channels.map((channel) => {
        const seq = seqs.get(channel);
        return { channel, ...(seq !== undefined && { seq }) };
      });
      const stream = streams.at(-1)?.stream;
      socket.send(JSON.stringify({ type: 'watch', ...(stream && { stream }), channels: asked }));
    });
    socket.on('message', (data: Buffer) => hear(LiveMessage.parse(JSON.parse(data.toString()))));
    socket.on('close', () => {
      if (!closed) timer = setTimeout(open, AGAIN_AFTER_MS);
    });
  }

  function hear(message: LiveMessage): void {
    if (message.type === 'beat') {
      for (const [lot, observedAt] of Object.entries(message.observedAt)) {
        judge(lots.get(lot), observedAt, message.at);
      }
      return;
    }
    const { channel, seq, stream, type } = message;
    if (channel === 'lots' && streams.at(-1)?.stream !== stream) {
      streams.push({ stream, begunBy: type, begunMs: performance.now() });
      seqs.clear();
    }
    if (type === 'delta' && seq !== (seqs.get(channel) ?? Number.NaN) + 1) {
      problems.push(`${channel}: delta ${seq} after ${String(seqs.get(channel))}`);
    }
    seqs.set(channel, seq);
    take(message);
    for (const lot of message.lots ?? []) judge(lot, lot.observedAt, message.at);
  }

  function take({ lots: toldLots = [], bays: toldBays = [] }: Pick<LiveSnapshot, 'lots' | 'bays'>) {
    for (const lot of toldLots) lots.set(lot.lot, lot);
    for (const bay of toldBays) bays.set(bay.bay, bay);
  }

  function judge(lot: LotLive | undefined, observedAt: number | null, at: number): void {
    if (!lot) return;
    const { vacant, occupied } = countsOf(lot.counts);
    if (vacant + occupied === 0) return;
    if (observedAt === null) problems.push(`${lot.lot}: a number without an age`);
    else oldestToldMs = Math.max(oldestToldMs, at - observedAt);
  }

  open();
  return {
    streams,
    problems,
    get connected() {
      return socket.readyState === WebSocket.OPEN;
    },
    get oldestToldMs() {
      return oldestToldMs;
    },
    stateOf: (bay) => bays.get(bay)?.state,
    unknownOf: (lot) => {
      const live = lots.get(lot);
      return live && countsOf(live.counts).unknown;
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket.terminate();
    },
  };
}
