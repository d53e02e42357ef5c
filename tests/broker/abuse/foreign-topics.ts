import type { IClientOptions } from 'mqtt';
import { until } from '../../support/until.ts';
import { openAbusedBroker, refusedOf, sumOf } from './abused-broker.ts';

const site = 'binjari/v1/jeonju';
const MOST_RETAINED = 32;

/** A6: a gateway that publishes, subscribes and wills beyond its own, again and again. */
export async function abuseByForeignTopics({ rounds }: { readonly rounds: number }) {
  await using house = await openAbusedBroker(
    { 'gw-a': 'gateway', 'gw-b': 'gateway', 'api-good': 'api', watcher: 'api' },
    { BINJARI_MAX_RETAINED_TOPICS: String(MOST_RETAINED) },
  );
  const heard: string[] = [];
  const watcher = await house.connect('watcher');
  watcher.on('message', (topic) => heard.push(topic));
  for (const topic of ['events', 'observed', 'status', 'snapshot/+', 'health/+']) {
    await watcher.subscribeAsync(`${site}/gateway/+/${topic}`, { qos: 1 });
  }
  let kept = 0;
  const publishesOf = (turn: number) =>
    [
      { topic: `${site}/gateway/gw-b/events`, qos: 1 },
      { topic: `${site}/gateway/gw-b/status`, qos: 1, retain: true },
      { topic: `${site}/lot/lot-1`, qos: 1, retain: true },
      { topic: `${site}/sign/sign-${turn}`, qos: 1, retain: true },
      { topic: `binjari/v1/elsewhere/gateway/gw-a/events`, qos: 1 },
      { topic: `$SYS/${turn}/new/clients`, qos: 1 },
      { topic: `${site}/gateway/gw-a/events`, qos: 1, retain: true },
      { topic: `${site}/gateway/gw-a/events`, qos: 2 },
      { topic: `${site}/gateway/gw-a/ack`, qos: 1 },
    ] as const;
  const filters = ['#', '+/#', `${site}/#`, '$SYS/#', `${site}/gateway/+/events`, `${site}/lot/+`];
  const ended = async (publish: ReturnType<typeof publishesOf>[number]) => {
    const client = await house.connect('gw-a');
    client.publish(publish.topic, 'x', { qos: publish.qos, retain: 'retain' in publish });
    await until(() => !client.connected, { everyMs: 2 });
  };
  let attempts = 0;
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const publish of publishesOf(turn)) await ended(publish);
    const reader = await house.connect('gw-a');
    for (const filter of filters) {
      // An error is what mqtt.js makes of a refused filter, or of none that was granted.
      await reader.subscribeAsync(filter, { qos: 1 }).then(
        (granted) => (kept += granted.filter(({ qos }) => qos < 0x80).length),
        () => undefined,
      );
    }
    const will: NonNullable<IClientOptions['will']> = {
      topic: `${site}/gateway/gw-b/status`,
      payload: Buffer.from('x'),
      qos: 1,
      retain: true,
    };
    await house.connect('gw-a', { will }).then(
      () => (kept += 1),
      () => undefined,
    );
    attempts += publishesOf(turn).length + filters.length + 1;
  }
  const foreignHeard = heard.length;
  const flooder = await house.connect('gw-a');
  for (let line = 0; flooder.connected && line < 10 * MOST_RETAINED; line += 1) {
    flooder.publish(`${site}/gateway/gw-a/snapshot/line-${line}`, 'x', { qos: 1, retain: true });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await until(() => !flooder.connected);
  const figures = await house.figures();
  return {
    attempts,
    refused:
      sumOf(figures, 'binjari_broker_total{what="refused.') - refusedOf(figures, 'retained_full'),
    granted: kept,
    foreignHeard,
    retained: figures.get('binjari_broker_now{what="retained"}') ?? Number.NaN,
    retainedMost: MOST_RETAINED,
  };
}
