import { topicPath } from '#contract/topics.ts';
import type { KeysOf } from '#contract/topics.ts';
import { until } from '../../support/until.ts';
import type { AbusedBroker } from './abused-broker.ts';

/** How a gateway in order and an api fare while somebody abuses the broker. */
export interface Witnessed {
  readonly sent: number;
  readonly heard: number;
  /** From publishing to the broker's acknowledgement, milliseconds, of each message. */
  readonly ackMs: readonly number[];
  /** From publishing to the api, milliseconds, of each message. */
  readonly deliveryMs: readonly number[];
}

export interface Witness {
  /** Ends when all that was sent is acknowledged and heard, or not heard in time. */
  end(): Promise<Witnessed>;
}

const EVERY_MS = 25;
const HEARD_WITHIN_MS = 5_000;

/** Needs the clients `gw-good` and `api-good`. */
export async function openWitness(house: AbusedBroker): Promise<Witness> {
  const keys = { site: 'jeonju', gateway: 'gw-good' } as KeysOf<'events'>;
  const topic = topicPath('events', keys);
  const api = await house.connect('api-good');
  const gateway = await house.connect('gw-good');
  const ackMs: number[] = [];
  const deliveryMs: number[] = [];
  const sentAt: number[] = [];
  const pending = new Set<Promise<unknown>>();
  api.on('message', (_, payload) => {
    deliveryMs.push(performance.now() - (sentAt[Number(payload.toString())] ?? 0));
  });
  await api.subscribeAsync(topic, { qos: 1 });
  const send = async () => {
    const at = performance.now();
    const number = sentAt.push(at) - 1;
    await gateway.publishAsync(topic, String(number), { qos: 1 });
    ackMs.push(performance.now() - at);
  };
  const timer = setInterval(() => {
    const sending = send().finally(() => pending.delete(sending));
    pending.add(sending);
  }, EVERY_MS);
  return {
    end: async () => {
      clearInterval(timer);
      await Promise.all(pending);
      const lateMs = performance.now() + HEARD_WITHIN_MS;
      await until(() => deliveryMs.length === sentAt.length || performance.now() > lateMs);
      return {
        sent: sentAt.length,
        heard: deliveryMs.length,
        ackMs,
        deliveryMs,
      };
    },
  };
}
