import { connectPacket } from '../raw-client.ts';
import { loopP99Ms, openAbusedBroker, refusedOf } from './abused-broker.ts';
import type { AbusedBroker } from './abused-broker.ts';
import { loginMs } from './idle-sockets.ts';

const TICK_MS = 20;
const FRESH = 16;

async function guess(house: AbusedBroker, turn: number, addresses: number): Promise<void> {
  const socket = await house.raw({ localAddress: `127.0.3.${1 + (turn % addresses)}` });
  socket.resume();
  socket.write(connectPacket(`gw-${1 + (turn % FRESH)}`, `guess ${turn}`));
  await new Promise((resolve) => {
    if (socket.closed) resolve(undefined);
    socket.once('close', resolve);
  });
}

/** A4: wrong secrets for real clients from many addresses, while clients known and new log in. */
export async function abuseByGuessing(size: {
  readonly guesses: number;
  readonly perSecond: number;
  /** That they come from: each is trusted until its first wrong secret is found to be so. */
  readonly addresses: number;
}) {
  const fresh = Array.from({ length: FRESH }, (_, at) => [`gw-${at + 1}`, 'gateway'] as const);
  await using house = await openAbusedBroker({
    ...Object.fromEntries(fresh),
    'gw-known': 'gateway',
  });
  await loginMs(house, 'gw-known', '127.0.0.9');
  await house.figures();
  const since = performance.now();
  const pending: Promise<void>[] = [];
  const known: { ms: number; code: number }[] = [];
  const firsts: { ms: number; code: number }[] = [];
  const lastsMs = (1_000 * size.guesses) / size.perSecond;
  const comers = (async () => {
    for (let at = 0; at < FRESH; at += 1) {
      known.push(await loginMs(house, 'gw-known', '127.0.0.9'));
      firsts.push(await loginMs(house, `gw-${at + 1}`, '127.0.0.9'));
      const nextMs = ((at + 1) * lastsMs) / FRESH - (performance.now() - since);
      await new Promise((resolve) => {
        setTimeout(resolve, Math.max(0, nextMs));
      });
    }
  })();
  while (pending.length < size.guesses) {
    const due = Math.min(size.guesses, ((performance.now() - since) * size.perSecond) / 1_000);
    while (pending.length < due) pending.push(guess(house, pending.length, size.addresses));
    await new Promise((resolve) => {
      setTimeout(resolve, TICK_MS);
    });
  }
  await Promise.all(pending);
  const tookMs = performance.now() - since;
  const figures = await house.figures();
  await comers;
  const hashed = refusedOf(figures, 'wrong_secret');
  const backedOff = refusedOf(figures, 'backing_off');
  return {
    guesses: size.guesses,
    guessesPerS: (1_000 * size.guesses) / tookMs,
    hashed,
    backedOff,
    unanswered: size.guesses - hashed - backedOff - refusedOf(figures, 'busy'),
    loginsRefused: [...known, ...firsts].filter(({ code }) => code !== 0).length,
    knownLoginMostMs: Math.max(...known.map(({ ms }) => ms)),
    firstLoginMostMs: Math.max(...firsts.map(({ ms }) => ms)),
    loopP99Ms: loopP99Ms(figures),
  };
}
