import { until } from '../../support/until.ts';
import { MIB, openAbusedBroker, peakDuring, refusedOf } from './abused-broker.ts';

const FLOOD_BYTES = 4 * MIB;

/** A2: a header that declares 256 MiB, and as many bytes behind it as are taken. */
export async function abuseByHugeConnects({ connections }: { readonly connections: number }) {
  await using house = await openAbusedBroker({});
  const flood = async () => {
    const sockets = await Promise.all(Array.from({ length: connections }, async () => house.raw()));
    const since = performance.now();
    for (const socket of sockets) {
      socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
      socket.write(Buffer.alloc(FLOOD_BYTES));
    }
    await until(() => sockets.every((socket) => socket.closed), { everyMs: 5 });
    return performance.now() - since;
  };
  await flood();
  const before = house.rss();
  const { peak, result: closedAfterMs } = await peakDuring(() => house.rss(), flood);
  const figures = await house.figures();
  return {
    connections,
    refused: refusedOf(figures, 'packet_too_large') - connections,
    closedAfterMs,
    rssGrowthMib: (peak - before) / MIB,
  };
}
