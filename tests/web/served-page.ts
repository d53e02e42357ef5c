import { existsSync, readFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { BayState } from '#contract/bay.ts';
import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { serveStreet } from '../api/http/served-street.ts';
import type { ServedStreet } from '../api/http/served-street.ts';

const WEB = fileURLToPath(new URL('../../web/dist', import.meta.url));
const SEED = new URL('../../seeds/jeonju/site.geojson', import.meta.url);

export function readSeed(): Site {
  const read = readSite(JSON.parse(readFileSync(SEED, 'utf8')));
  if (!read.ok) throw new Error('the seed is no site');
  return read.site;
}

/** The built page from the real server, behind a line that a test can freeze. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string;
  readonly street: ServedStreet;
  readonly site: Site;
  /** Sets a lot's sensed bays: the first `occupied`, then `unknown`, the rest vacant. */
  fill(lot: string, occupied: number, unknown?: number): void;
  /** Until what it gives is disposed of no byte passes, and nobody is told. */
  freeze(): Disposable;
}

export async function servePage(site: Site = readSeed()): Promise<ServedPage> {
  if (!existsSync(`${WEB}/server/render.js`)) {
    throw new Error('The page is not built: run "npm run build" first.');
  }
  const street = await serveStreet({ site, webFolder: () => WEB });
  const line = await openLine(Number(new URL(street.url).port));
  return {
    url: line.url,
    street,
    site,
    fill: (lot, occupied, unknown = 0) => {
      const bays = street.liveState.baysOf(lot as never);
      const stateOf = (at: number): BayState =>
        at < occupied ? 'occupied' : at < occupied + unknown ? 'unknown' : 'vacant';
      const changes = bays.map(({ bay }, at) => [bay, stateOf(at)] as const);
      street.liveState.set(changes, Date.now());
    },
    freeze: () => {
      line.freeze();
      return { [Symbol.dispose]: line.thaw };
    },
    [Symbol.asyncDispose]: async () => {
      await line.close();
      await street[Symbol.asyncDispose]();
    },
  };
}

/** A TCP line to a port of this machine that can stand still without being closed. */
async function openLine(port: number) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (bytes) => to.write(bytes));
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      // A browser drops connections as it likes; the other side then hears of the close.
      from.on('error', () => to.destroy());
      if (frozen) from.pause();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const each = (act: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) act(socket);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    freeze: () => {
      frozen = true;
      each((socket) => socket.pause());
    },
    thaw: () => {
      frozen = false;
      each((socket) => socket.resume());
    },
    close: async () => {
      each((socket) => socket.destroy());
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
