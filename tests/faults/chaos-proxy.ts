import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { between } from '#firmware-sim/world/random.ts';
import type { Random } from '#firmware-sim/world/random.ts';
import { isPublish, PacketCutter } from './mqtt-packets.ts';

/** What the network does to what passes; undefined: it only carries. */
export type Weather =
  /** Every chunk comes late by so much, in order. */
  | { readonly kind: 'delay'; readonly fromMs: number; readonly toMs: number }
  /** So many bytes a second each way. */
  | { readonly kind: 'throttle'; readonly bytesPerS: number }
  /** Nothing arrives, and nobody is told: connections stay open. */
  | { readonly kind: 'vanish' }
  /** Nobody can connect. */
  | { readonly kind: 'refuse' }
  /** Shares (0 to 1) of published messages that come twice, or after the next one. */
  | { readonly kind: 'shuffle'; readonly doubled: number; readonly late: number };

export interface ChaosProxy {
  readonly port: number;
  /** Connections made so far. */
  readonly connects: number;
  set(weather: Weather | undefined): void;
  /** Ends all connections: with a reset, or as a peer that goes. */
  cut(how: 'reset' | 'end'): void;
  /** Breaks the framing of what comes next from every client: no TCP checksum would let it pass. */
  corrupt(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  corrupt: boolean;
}

/** Stands between clients and a broker on this machine. */
export async function openChaosProxy(upstreamPort: number, random: Random): Promise<ChaosProxy> {
  let weather: Weather | undefined;
  let connects = 0;
  const pairs = new Set<Pair>();
  const timers = new Set<NodeJS.Timeout>();

  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  const server = createServer((client) => {
    if (weather?.kind === 'refuse') return void client.resetAndDestroy();
    connects += 1;
    const pair: Pair = { client, server: connect(upstreamPort, '127.0.0.1'), corrupt: false };
    pairs.add(pair);
    for (const socket of [client, pair.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        client.destroy();
        pair.server.destroy();
      });
    }
    carry(pair, client, pair.server, true);
    carry(pair, pair.server, client, false);
  });

  function carry(pair: Pair, from: Socket, to: Socket, isUp: boolean): void {
    const cutter = new PacketCutter();
    let freeAt = 0;
    let held: Buffer[] = [];
    const put = (bytes: Buffer) => {
      if (!to.destroyed) to.write(bytes);
    };
    const pass = (bytes: Buffer) => {
      const now = performance.now();
      let waitMs = Math.max(0, freeAt - now);
      if (weather?.kind === 'delay') {
        waitMs = Math.max(waitMs, between(random, weather.fromMs, weather.toMs));
      } else if (weather?.kind === 'throttle') {
        waitMs += (1_000 * bytes.length) / weather.bytesPerS;
      }
      freeAt = now + waitMs;
      if (waitMs === 0) put(bytes);
      else after(waitMs, () => put(bytes));
    };
    const shuffle = (packets: readonly Buffer[]) => {
      for (const packet of packets) {
        const moves = weather?.kind === 'shuffle' && isPublish(packet) ? weather : undefined;
        if (moves && held.length === 0 && random() < moves.late) {
          held.push(packet);
          continue;
        }
        pass(packet);
        if (moves && random() < moves.doubled) pass(packet);
        for (const late of held) pass(late);
        held = [];
      }
    };
    from.on('data', (bytes: Buffer) => {
      if (weather?.kind === 'vanish') {
        return;
      }
      if (isUp && pair.corrupt) {
        pair.corrupt = false;
        return put(Buffer.alloc(bytes.length, 0xff));
      }
      if (isUp) shuffle(cutter.push(bytes));
      else pass(bytes);
    });
    from.on('end', () => to.end());
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const cut = (how: 'reset' | 'end') => {
    for (const { client, server: upstream } of pairs) {
      if (how === 'reset') client.resetAndDestroy();
      else client.destroy();
      upstream.destroy();
    }
  };
  return {
    port,
    get connects() {
      return connects;
    },
    set: (next) => {
      // After bytes have vanished the streams no longer fit together.
      if (weather?.kind === 'vanish' && next?.kind !== 'vanish') cut('reset');
      weather = next;
    },
    cut,
    corrupt: () => {
      for (const pair of pairs) pair.corrupt = true;
    },
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      cut('end');
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
