import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerParent } from '../child.ts';
import { serverFrame } from './frames.ts';

/**
 * The floor: `ws` with one frame made ready for all, written to every socket at each turn.
 * `bare-child.ts FRAME_BYTES EVERY_MS`.
 */
const [frameBytes = 0, everyMs = 0] = process.argv.slice(2).map(Number);
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const raw = new Set<Socket>();
sockets.on('connection', (socket, request) => {
  raw.add(request.socket);
  socket.on('close', () => raw.delete(request.socket));
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1', 4_096);

let [sending, framesSent] = [false, 0];
setInterval(() => {
  if (!sending) return;
  const frame = serverFrame('{"type":"bare"}'.padEnd(frameBytes, ' '));
  for (const socket of raw) socket.write(frame);
  framesSent += raw.size;
}, everyMs);

answerParent({
  port: () => (server.address() as AddressInfo).port,
  change: (on: boolean) => {
    sending = on;
  },
  counts: () => ({ framesSent, clients: raw.size }),
});
