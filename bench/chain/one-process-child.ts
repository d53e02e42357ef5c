import { startApi } from '#api/api.ts';
import { ApiConfig } from '#api/config.ts';
import { startBroker } from '#broker/broker.ts';
import { BrokerConfig } from '#broker/config.ts';
import { startGateway } from '#gateway/gateway.ts';
import { GatewayConfig } from '#gateway/config.ts';
import { systemClock } from '#runtime/clock.ts';
import { readConfig } from '#runtime/config.ts';
import type { ConfigSchema } from '#runtime/config.ts';
import { silentLog } from '#runtime/log.ts';
import type { StreetSystem } from './system.ts';

/** Broker, api and gateway as `npm start` runs them; in its argument the environment of each. */
const env = JSON.parse(process.argv[2] ?? '') as StreetSystem['env'];
const parts = { clock: systemClock, log: silentLog };

await startBroker(configOf(BrokerConfig, env.broker), parts);
await startApi(configOf(ApiConfig, env.api), parts);
await startGateway(configOf(GatewayConfig, env.gateway), parts);
process.stdout.write('ready\n');

function configOf<Schema extends ConfigSchema>(schema: Schema, its: Record<string, string>) {
  const read = readConfig(schema, { args: [], env: its });
  if (read.kind === 'help') throw new Error('no arguments, no help');
  return read.config;
}
