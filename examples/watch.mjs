// Follows every lot over the WebSocket, and resumes where it was after a cut line:
//   node examples/watch.mjs [http://127.0.0.1:8080]
import { WebSocket } from 'ws';

const [base = 'http://127.0.0.1:8080'] = process.argv.slice(2);
const address = `${base.replace(/^http/, 'ws').replace(/\/$/, '')}/api/v1/live`;

/** A beat comes every 2 s: who hears nothing for longer has lost the line. */
const SILENCE_MS = 5_000;
const LONGEST_WAIT_MS = 15_000;

const lots = new Map();
/** What this program knows: of which run of the server, up to which frame. */
let stream;
let seq;
let failures = 0;

function watch(socket) {
  const known = stream !== undefined && seq !== undefined;
  const channel = known ? { channel: 'lots', seq } : { channel: 'lots' };
  socket.send(JSON.stringify({ type: 'watch', ...(known && { stream }), channels: [channel] }));
}

function hear(message, socket) {
  if (message.type === 'beat') return;
  const isNext = message.stream === stream && message.seq === seq + 1;
  if (message.type === 'delta' && !isNext) {
    if (message.stream === stream && message.seq <= seq) return;
    // Something is missing: ask for everything.
    [stream, seq] = [undefined, undefined];
    return watch(socket);
  }
  if (message.type === 'snapshot') {
    lots.clear();
    console.log(
      `snapshot ${message.seq}${message.simulated ? ' (simulated: not real parking)' : ''}`,
    );
  }
  ({ stream, seq } = message);
  for (const lot of message.lots ?? []) {
    lots.set(lot.lot, lot);
    const vacant = lot.counts.reduce((sum, count) => sum + count.vacant, 0);
    const unknown = lot.counts.reduce((sum, count) => sum + count.unknown, 0);
    if (lot.counts.length > 0)
      console.log(`${seq} ${lot.lot}: ${vacant} vacant, ${unknown} unknown`);
  }
}

function connect() {
  const socket = new WebSocket(address);
  let silence = setTimeout(() => socket.terminate(), SILENCE_MS);
  socket.on('open', () => watch(socket));
  socket.on('message', (data) => {
    failures = 0;
    clearTimeout(silence);
    silence = setTimeout(() => socket.terminate(), SILENCE_MS);
    hear(JSON.parse(Buffer.from(data).toString()), socket);
  });
  socket.on('error', (error) => console.error(error.message));
  socket.on('close', () => {
    clearTimeout(silence);
    // Longer each time, and never all clients at the same moment.
    const longestMs = Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures);
    failures += 1;
    setTimeout(connect, longestMs * (0.5 + Math.random() / 2));
  });
}

connect();
