import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { ConfigError } from '#runtime/errors.ts';
import { listenAt } from '#runtime/listen.ts';

const keys = { host: '127.0.0.1', hostKey: 'mqttHost', portKey: 'mqttPort' };

test('a port that another program has is named, with the setting that moves us', async () => {
  const first = createServer();
  const place = await listenAt(first, { ...keys, port: 0 });
  const port = Number(place.split(':')[1]);
  const second = listenAt(createServer(), { ...keys, port });
  await expect(second).rejects.toThrow(ConfigError);
  await expect(second).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
  await expect(second).rejects.toThrow('--mqtt-port');
  first.close();
});

test('an address of another machine is named, with the setting that moves us', async () => {
  const foreign = listenAt(createServer(), { ...keys, host: '192.0.2.1', port: 0 });
  await expect(foreign).rejects.toThrow('BINJARI_MQTT_HOST');
});
