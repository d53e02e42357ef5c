import { runMain } from '#runtime/main.ts';
import { readBrokerFiles, startBroker } from './broker.ts';
import { BrokerConfig } from './config.ts';

await runMain({
  name: 'broker',
  about: 'the MQTT broker between gateways, api and signs',
  schema: BrokerConfig,
  check: readBrokerFiles,
  start: startBroker,
});
