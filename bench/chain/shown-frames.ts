import { WebSocket } from 'ws';
import { until } from '../../tests/support/until.ts';
import type { Contestant } from './contestant.ts';
import { frameOf } from './frame.ts';
import type { FullLine } from './full-line.ts';

/** What the floors and the peer have in common: one line of frames in, a frame a message out. */
export async function framesShown(options: {
  readonly name: string;
  readonly pids: readonly number[];
  readonly line: FullLine;
  readonly url: string;
  /** How many are on disk; undefined: it keeps none. */
  readonly kept?: () => number | Promise<number>;
  /** The same by a look at each, where that costs too much to be asked often. */
  readonly counted?: () => Promise<number>;
  /** How often `kept` is asked; more seldom where the asking costs the contestant. */
  readonly askedEveryMs?: number;
  readonly close: () => Promise<void>;
}): Promise<Contestant> {
  const { name, pids, line, url, kept, counted = kept, askedEveryMs = 10, close } = options;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const seen = new Set<number>();
  const contestant: Contestant = {
    name,
    pids,
    windowMs: () => 0,
    onShown: () => undefined,
    send: (change) => line.write(frameOf(change)),
    done: async (sent) => {
      const isDone = async () =>
        line.flush() && seen.size >= sent && (kept === undefined || (await kept()) >= sent);
      await until(isDone, { withinMs: 120_000, everyMs: askedEveryMs });
    },
    lost: async (sent) => sent - Math.min(seen.size, counted ? await counted() : sent),
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
      await close();
      line.close();
    },
  };
  socket.on('message', (data: Buffer) => {
    const { n } = JSON.parse(data.toString()) as { n: number };
    seen.add(n);
    contestant.onShown(n);
  });
  return contestant;
}
