import { systemClock } from '#runtime/clock.ts';
import { openLog } from '#runtime/log.ts';
import { runMain } from '#runtime/main.ts';
import { readBrokerFiles, startBroker } from './broker.ts';
import { BrokerConfig } from './config.ts';

await runMain({
  name: 'broker',
  about: 'the MQTT broker between gateways, api and signs',
  schema: BrokerConfig,
  check: readBrokerFiles,
  start: (config) =>
    startBroker(config, { clock: systemClock, log: openLog('broker', config.logLevel) }),
});
