import { writeSync } from 'node:fs';
import { GatewayId } from '#contract/ids.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';

/** A process with a will, to be killed: says `up` when it is connected. */
const [, , url = '', secret = ''] = process.argv;
const link = openMqttLink({
  url,
  id: 'gw-1',
  secret,
  clock: systemClock,
  log: silentLog,
  will: {
    path: 'binjari/v1/jeonju/gateway/gw-1/status',
    payload: { v: 1, state: 'offline', gateway: GatewayId.parse('gw-1') },
    retain: true,
  },
});
link.onUp(() => void writeSync(1, 'up\n'));
