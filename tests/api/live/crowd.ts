import { WebSocket } from 'ws';

/**
 * Many viewers in a process of their own: `crowd.ts URL READERS DEAF`, until stdin ends. Readers watch
 * the lots, the deaf a whole lot and never read. Says "ready" when all are in, and at the end how long
 * after a change the readers heard of it.
 */
const [url = '', readers = '0', deaf = '0'] = process.argv.slice(2);
const OPENING_AT_ONCE = 100;
const delaysMs: number[] = [];
let closed = 0;
let deafGone = 0;

async function open(channel: string, heard?: (text: string) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`, {
    perMessageDeflate: false,
  });
  socket.on('error', () => undefined);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, answer) =>
      reject(new Error(`refused: ${answer.statusCode ?? 0}`)),
    );
  });
  if (heard) socket.on('message', (data: Buffer) => heard(data.toString()));
  socket.send(JSON.stringify({ type: 'watch', channels: [{ channel }] }));
  return socket;
}

function hear(text: string): void {
  const now = Date.now();
  // Ten thousand viewers' parsing would be most of what is measured.
  if (!text.startsWith('{"type":"delta"')) return;
  const observedAt = /"observedAt":(\d+)/.exec(text)?.[1];
  if (observedAt !== undefined) delaysMs.push(now - Number(observedAt));
}

for (let n = 0; n < Number(readers); n += OPENING_AT_ONCE) {
  const some = Math.min(OPENING_AT_ONCE, Number(readers) - n);
  const opened = await Promise.all(Array.from({ length: some }, async () => open('lots', hear)));
  for (const socket of opened) socket.once('close', () => (closed += 1));
}
for (let n = 0; n < Number(deaf); n += 1) {
  const socket = await open('lot:full');
  socket.once('close', () => (deafGone += 1));
  socket.pause();
}
process.stdout.write('ready\n');
process.stdin.once('end', () => {
  const sorted = delaysMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  const found = { heard: sorted.length, closed, deafGone, p50: at(0.5), p99: at(0.99) };
  process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
});
process.stdin.resume();
