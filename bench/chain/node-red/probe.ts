import { WebSocket } from 'ws';
import { until } from '../../../tests/support/until.ts';
import { frameOf } from '../frame.ts';
import type { FullLine } from '../full-line.ts';
import type { KeptPoints } from './kept-points.ts';

const WITHIN_MS = 60_000;
const SHOWN_WITHIN_MS = 1_000;

/**
 * Sends frames with numbers below 0 until the newest is shown: only then every part of the flow is
 * known to stand. What went before it is shown or lost for good by then. Resolves with how many of
 * them are kept.
 */
export async function probe(options: {
  readonly line: FullLine;
  readonly url: string;
  readonly points: KeptPoints;
  /** Why there will be no answer; undefined: there may be one. */
  readonly ended: () => string | undefined;
}): Promise<number> {
  const { line, url, points, ended } = options;
  const shown = new Set<number>();
  const socket = await until(async () => openSocket(url, ended), { withinMs: WITHIN_MS });
  socket.on('message', (data: Buffer) => {
    shown.add((JSON.parse(data.toString()) as { n: number }).n);
  });
  let newest = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  await until(
    () => {
      const why = ended();
      if (why !== undefined) throw new Error(why);
      if (shown.has(newest)) return true;
      if (performance.now() - sentAt > SHOWN_WITHIN_MS && line.write(frameOf(newest - 1))) {
        newest -= 1;
        sentAt = performance.now();
      }
      return false;
    },
    { withinMs: WITHIN_MS },
  );
  await until(async () => (await points.written()) === shown.size, { withinMs: WITHIN_MS });
  socket.terminate();
  return shown.size;
}

async function openSocket(url: string, ended: () => string | undefined): Promise<WebSocket> {
  const why = ended();
  if (why !== undefined) throw new Error(why);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}
