import { until } from '../../support/until.ts';
import { connectPacket, text } from '../raw-client.ts';
import { openAbusedBroker } from './abused-broker.ts';
import { openWitness } from './witness.ts';

const LARGE = Buffer.alloc(48_000, 0x20);
const READERS_BYTES_MOST = 400;

/** A5: readers of lots, one after another, that subscribe and then never read. */
export async function abuseByStuckReader({ readers }: { readonly readers: number }) {
  await using house = await openAbusedBroker({
    api: 'api',
    'api-good': 'api',
    'gw-good': 'gateway',
    kiosk: 'reader',
  });
  const api = await house.connect('api');
  const clients = async () =>
    (await house.figures()).get('binjari_broker_now{what="clients"}') ?? 0;
  const witness = await openWitness(house);
  let cut = 0;
  for (let reader = 0; reader < readers; reader += 1) {
    const stuck = await house.raw();
    const filter = 'binjari/v1/jeonju/lot/+';
    stuck.write(connectPacket('kiosk', house.secretOf('kiosk')));
    await until(async () => (await clients()) === 4);
    stuck.write(Uint8Array.from([0x82, filter.length + 5, 0, 1, ...text(filter), 0]));
    stuck.pause();
    for (let sent = 0; sent < READERS_BYTES_MOST; sent += 1) {
      await api.publishAsync(`binjari/v1/jeonju/lot/lot-${sent % 10}`, LARGE, { qos: 1 });
      if (sent % 20 === 19 && (await clients()) === 3) break;
    }
    await until(async () => (await clients()) === 3);
    cut += 1;
    stuck.destroy();
  }
  const { sent, heard, ackMs, deliveryMs } = await witness.end();
  return {
    readers,
    cut,
    messages: sent,
    unheard: sent - heard,
    othersMostMs: Math.max(...deliveryMs),
    ackMostMs: Math.max(...ackMs),
  };
}
