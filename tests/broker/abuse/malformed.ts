import { openRandom } from '#firmware-sim/world/random.ts';
import type { Random } from '#firmware-sim/world/random.ts';
import { connectPacket, text } from '../raw-client.ts';
import { MIB, openAbusedBroker, peakDuring, quantile, sumOf } from './abused-broker.ts';
import type { AbusedBroker } from './abused-broker.ts';
import { openWitness } from './witness.ts';

export interface MalformedSize {
  readonly seed: number;
  readonly connections: number;
  readonly packetsEach: number;
}

const LANES = 48;
const CLOSED_WITHIN_MS = 8_000;
const topic = 'binjari/v1/jeonju/gateway/bad-1/events';

/** What a client may say, whole and in order, and what no client may. */
const templates: readonly (readonly number[])[] = [
  [...connectPacket('bad-1', 'x'.repeat(43))],
  [0x30, topic.length + 4, ...text(topic), 0x7b, 0x7d],
  [0x32, topic.length + 6, ...text(topic), 0, 7, 0x7b, 0x7d],
  [0x34, topic.length + 6, ...text(topic), 0, 8, 0x7b, 0x7d],
  [0x82, topic.length + 5, 0, 9, ...text(topic), 1],
  [0xa2, topic.length + 4, 0, 10, ...text(topic)],
  [0x40, 2, 0, 7],
  [0x50, 2, 0, 7],
  [0x62, 2, 0, 7],
  [0x70, 2, 0, 7],
  [0xc0, 0],
  [0xe0, 0],
  [0x00, 0],
  [0xf0, 0],
];

/** Bytes flipped, cut off, doubled, or a length that lies. */
function spoil(packet: readonly number[], random: Random): number[] {
  const bytes = [...packet];
  const anywhere = () => Math.floor(random() * bytes.length);
  for (let change = Math.floor(random() * 4); change >= 0; change -= 1) {
    const kind = random();
    if (kind < 0.6) bytes[anywhere()] = Math.floor(random() * 256);
    else if (kind < 0.75) bytes.splice(anywhere(), 1 + Math.floor(random() * 4));
    else if (kind < 0.9) bytes.splice(anywhere(), 0, Math.floor(random() * 256));
    else bytes[1] = Math.floor(random() * 256);
  }
  return bytes;
}

async function oneConnection(
  house: AbusedBroker,
  random: Random,
  lane: number,
  count: number,
): Promise<void> {
  const id = `bad-${lane + 1}`;
  const socket = await house.raw({ localAddress: `127.0.1.${1 + (lane % 200)}` });
  // Half of them are let in first: what is behind the login must bear as much.
  const first = random() < 0.5 ? [...connectPacket(id, house.secretOf(id))] : [];
  const rest = Array.from({ length: count }, () => {
    const template = templates[Math.floor(random() * templates.length)] ?? [];
    return spoil(template, random);
  });
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const late = setTimeout(() => socket.destroy(), CLOSED_WITHIN_MS);
  socket.resume();
  socket.end(Uint8Array.from([...first, ...rest.flat()]));
  await gone;
  clearTimeout(late);
}

/** A1: packets that no client sends, by many connections, while a gateway and an api work. */
export async function abuseByMalformed({ seed, connections, packetsEach }: MalformedSize) {
  const bad = Array.from({ length: LANES }, (_, lane) => [`bad-${lane + 1}`, 'gateway'] as const);
  await using house = await openAbusedBroker({
    ...Object.fromEntries(bad),
    'gw-good': 'gateway',
    'api-good': 'api',
  });
  const random = openRandom(seed, 'malformed');
  // What any work makes a process take, the first time.
  for (let at = 0; at < LANES; at += 1) await oneConnection(house, random, at, packetsEach);
  const before = house.rss();
  const witness = await openWitness(house);
  let left = connections;
  const lane = async (_: unknown, at: number) => {
    while (left > 0) {
      left -= 1;
      await oneConnection(house, random, at, packetsEach);
    }
  };
  const { peak } = await peakDuring(
    () => house.rss(),
    async () => Promise.all(Array.from({ length: LANES }, lane)),
  );
  const seen = await witness.end();
  const figures = await house.figures();
  return {
    packets: connections * packetsEach,
    connections,
    refused: sumOf(figures, 'binjari_broker_total{what="refused.'),
    brokenOff: figures.get('binjari_broker_total{what="brokenOff"}') ?? 0,
    crashed: !house.process.running,
    rssGrowthMib: (peak - before) / MIB,
    goodAckP99Ms: quantile(seen.ackMs, 0.99),
    goodUnheard: seen.sent - seen.heard,
  };
}
