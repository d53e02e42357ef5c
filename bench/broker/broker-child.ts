import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { startBroker } from '#broker/broker.ts';
import { BrokerConfig } from '#broker/config.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';

/** A broker in a process of its own: `bare`, or `guarded` with the credentials file that is named. */
const [kind = '', credentialsFile = ''] = process.argv.slice(2);
const port = kind === 'bare' ? await bare() : await guarded();

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system });
});
process.send?.({ port });

async function bare(): Promise<number> {
  const aedes = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function guarded(): Promise<number> {
  const config = BrokerConfig.parse({
    siteId: 'bench',
    mqttPort: 0,
    credentialsFile,
    // The pace of one gateway is a bound, not a cost: it is kept, and never reached.
    publishPerS: 100_000,
  });
  const broker = await startBroker(config, { clock: systemClock, log: silentLog });
  return Number(new URL(broker.mqttUrl).port);
}
