import type { Socket } from 'node:net';
import { connectPacket } from '../raw-client.ts';
import { openAbusedBroker, quantile } from './abused-broker.ts';
import type { AbusedBroker } from './abused-broker.ts';

const ADDRESSES = 40;
const OPENED_PER_S = 1_000;
const DRIBBLE_EVERY_MS = 500;
const NEW_CLIENT_EVERY_MS = 100;
/** Past every bar. A queue of the kernel that was full may leave us a connection that is none: a byte shows. */
const ASK_AFTER_MS = 14_000;
const REQUEST = 'GET /mqtt HTTP/1.1\r\nHost: broker\r\nUpgrade: websocket\r\n';

type Kind = 'silent' | 'dribbledConnect' | 'dribbledHttp';

/** How long a connection lasts that says nothing, or its CONNECT or request byte by byte. */
async function hold(house: AbusedBroker, kind: Kind, at: number): Promise<number | undefined> {
  const localAddress = `127.0.2.${1 + (at % ADDRESSES)}`;
  const port = kind === 'dribbledHttp' ? house.wsPort : house.port;
  const socket: Socket = await house.raw({ localAddress, port });
  const since = performance.now();
  const bytes = kind === 'dribbledHttp' ? Buffer.from(REQUEST) : connectPacket('gw-1', 'x');
  let next = 0;
  const dribble = setInterval(() => {
    if (next < bytes.length - 1) socket.write(bytes.subarray(next, ++next));
  }, DRIBBLE_EVERY_MS);
  if (kind === 'silent') clearInterval(dribble);
  let isAsked = false;
  const ask = setTimeout(() => {
    isAsked = true;
    socket.write(Uint8Array.of(0));
  }, ASK_AFTER_MS);
  await new Promise((resolve) => {
    if (socket.closed) resolve(undefined);
    socket.once('close', resolve);
    socket.resume();
  });
  clearInterval(dribble);
  clearTimeout(ask);
  const lastedMs = performance.now() - since;
  // What answers a byte with its end, and had none before, never was at the broker.
  return isAsked && lastedMs < ASK_AFTER_MS + 1_000 ? undefined : lastedMs;
}

/** From the first packet to the answer, milliseconds. */
export async function loginMs(
  house: AbusedBroker,
  id: string,
  localAddress: string,
): Promise<{ readonly ms: number; readonly code: number }> {
  const since = performance.now();
  const socket = await house.raw({ localAddress });
  socket.write(connectPacket(id, house.secretOf(id)));
  const code = await new Promise<number>((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk[3] ?? -1));
    socket.once('close', () => resolve(-1));
    if (socket.closed) resolve(-1);
  });
  const ms = performance.now() - since;
  socket.destroy();
  return { ms, code };
}

/** A3: connections that say nothing or dribble, while new clients come. */
export async function abuseByIdleSockets({ sockets }: { readonly sockets: number }) {
  await using house = await openAbusedBroker({ 'gw-new': 'gateway' });
  // Its secret is known from then on: what is measured is the way in, not the hash.
  await loginMs(house, 'gw-new', '127.0.0.9');
  const logins: { ms: number; code: number }[] = [];
  const over = new AbortController();
  const comers = (async () => {
    while (!over.signal.aborted) {
      logins.push(await loginMs(house, 'gw-new', '127.0.0.9'));
      await new Promise((resolve) => {
        setTimeout(resolve, NEW_CLIENT_EVERY_MS);
      });
    }
  })();
  const kindOf = (at: number): Kind =>
    at % 10 === 0 ? 'dribbledHttp' : at % 10 === 1 ? 'dribbledConnect' : 'silent';
  const held = await Promise.all(
    Array.from({ length: sockets }, async (_, at) => {
      await new Promise((resolve) => {
        setTimeout(resolve, (1_000 * at) / OPENED_PER_S);
      });
      return hold(house, kindOf(at), at);
    }),
  );
  over.abort();
  await comers;
  const longestMs = (kind: Kind) =>
    Math.max(...held.map((ms, at) => (kindOf(at) === kind ? (ms ?? 0) : 0)));
  return {
    sockets,
    neverAtTheBroker: held.filter((ms) => ms === undefined).length,
    silentClosedMs: longestMs('silent'),
    connectClosedMs: longestMs('dribbledConnect'),
    httpClosedMs: longestMs('dribbledHttp'),
    newClients: logins.length,
    newRefused: logins.filter(({ code }) => code !== 0).length,
    newP99Ms: quantile(
      logins.map(({ ms }) => ms),
      0.99,
    ),
  };
}
