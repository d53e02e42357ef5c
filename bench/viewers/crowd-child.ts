import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { answerParent } from '../child.ts';
import { clientFrame, FrameReader, PONG_FRAME } from './frames.ts';
import type { HeardFrame } from './frames.ts';

/** What is asked for: so many viewers that watch these channels; deaf ones never read. */
export interface CrowdWish {
  readonly port: number;
  readonly count: number;
  readonly channels: readonly string[];
  readonly isDeaf?: boolean;
}

/** By channel: of each frame when it was made, and how much later each viewer had it (ms). */
export type Heard = Readonly<Record<string, { readonly at: number[]; readonly laterMs: number[] }>>;

export interface CrowdFound {
  readonly heard: Heard;
  /** Frames of channels that their viewer does not watch. */
  readonly foreign: number;
  /** Readers that the server has cut off. */
  readonly closed: number;
  readonly bytes: number;
}

const OPENING_AT_ONCE = 200;
/** Of the deaf; more than 5 messages a second would be refused. */
const [ASKED_AGAIN, ASK_EVERY_MS] = [20, 250];
const UPGRADE = [
  'GET /api/v1/live HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

let heard: Record<string, { at: number[]; laterMs: number[] }> = {};
let [foreign, closed, bytes] = [0, 0, 0];

answerParent({
  open: openAll,
  /** What was heard since it was asked before. */
  found: (): CrowdFound => {
    const found = { heard, foreign, closed, bytes };
    heard = {};
    bytes = 0;
    return found;
  },
});

async function openAll(wish: CrowdWish): Promise<void> {
  for (let opened = 0; opened < wish.count; opened += OPENING_AT_ONCE) {
    const some = Math.min(OPENING_AT_ONCE, wish.count - opened);
    await Promise.all(Array.from({ length: some }, async () => open(wish)));
  }
}

async function open({ port, channels, isDeaf = false }: CrowdWish): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.write(UPGRADE);
  const rest = await upgraded(socket);
  const watch = { type: 'watch', channels: channels.map((channel) => ({ channel })) };
  socket.on('error', () => undefined);
  socket.write(clientFrame(JSON.stringify(watch)));
  if (isDeaf) {
    // Asks for everything again and reads none of it: what the system keeps for it is soon full.
    socket.pause();
    for (let again = 1; again <= ASKED_AGAIN; again += 1) {
      setTimeout(() => socket.write(clientFrame(JSON.stringify(watch))), again * ASK_EVERY_MS);
    }
    return;
  }
  socket.once('close', () => (closed += 1));
  const watched = new Set(channels);
  const hear = ({ channel, at }: HeardFrame) => {
    if (channel === undefined) return;
    if (!watched.has(channel)) foreign += 1;
    const list = (heard[channel] ??= { at: [], laterMs: [] });
    list.at.push(at);
    list.laterMs.push(Date.now() - at);
  };
  const reader = new FrameReader(hear, () => socket.write(PONG_FRAME));
  const take = (chunk: Buffer) => {
    bytes += chunk.length;
    reader.push(chunk);
  };
  if (rest.length > 0) take(rest);
  socket.on('data', take);
}

/** The bytes behind the server's answer, as soon as it is whole. */
async function upgraded(socket: Socket): Promise<Buffer> {
  let answer = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', hear);
      const [status = ''] = answer.toString('latin1').split('\r\n');
      if (status.includes(' 101 ')) resolve(answer.subarray(end + 4));
      else reject(new Error(`not upgraded: ${status}`));
    };
    socket.on('data', hear);
    socket.once('error', reject);
  });
}
