import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startBroker } from '#broker/broker.ts';
import { BrokerConfig } from '#broker/config.ts';
import { systemClock } from '#runtime/clock.ts';
import { addClient, revokeClient } from '#runtime/credentials.ts';
import { ConfigError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { openTestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';

const events = (id: string) => `binjari/v1/jeonju/gateway/${id}/events`;
const parts = { clock: systemClock, log: silentLog };

describe('the credentials file', () => {
  test('a revoked client is cut off within 2 s and does not come back', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', 'gw-2': 'gateway' });
    const [revoked, other] = [await house.connect('gw-1'), await house.connect('gw-2')];
    revokeClient(house.credentialsFile, 'gw-1');
    await until(() => !revoked.connected, { withinMs: 2_000 });
    expect(house.broker.counts.refused.revoked).toBe(1);
    await expect(house.connect('gw-1')).rejects.toMatchObject({ code: 4 });
    expect(other.connected).toBe(true);
  });

  test('a new secret cuts the old session, and only the new one is known', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    const old = await house.connect('gw-1');
    const secret = await addClient(house.credentialsFile, 'gw-1', 'gateway');
    await until(() => !old.connected, { withinMs: 2_000 });
    await expect(house.connect('gw-1')).rejects.toMatchObject({ code: 4 });
    expect((await house.connect('gw-1', { password: secret })).connected).toBe(true);
  });

  test('a new client is known without a restart', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    const secret = await addClient(house.credentialsFile, 'gw-2', 'gateway');
    const client = await until(async () => house.connect('gw-2', { password: secret }), {
      withinMs: 2_000,
    });
    expect(client.connected).toBe(true);
  });
});

test('a credentials file that is spoilt changes nothing, and the log says so', async () => {
  const said: string[] = [];
  const log: Log = { ...silentLog, error: (_, event) => void said.push(event) };
  await using house = await openTestBroker({ 'gw-1': 'gateway' }, { log });
  const client = await house.connect('gw-1');
  writeFileSync(house.credentialsFile, '{"clients":');
  await until(() => said.includes('broker.credentials.unreadable'), { withinMs: 2_000 });
  expect(client.connected).toBe(true);
  client.end(true);
  expect((await house.connect('gw-1')).connected).toBe(true);
});

describe('starting', () => {
  test.each([
    [{ siteId: 'jeonju' }, /credentialsFile/],
    [{ anonymous: true }, /siteFolder/],
    [{ siteId: 'jeonju', anonymous: true, mqttHost: '0.0.0.0' }, /mqttHost: expected a loopback/],
    [{ siteId: 'jeonju', anonymous: true, wsPort: 0, wsHost: '::' }, /wsHost: expected a loopback/],
    [{ siteId: 'jeonju', credentialsFile: '/nowhere/credentials.json' }, /nowhere/],
  ])('%j is no configuration', async (keys, message) => {
    const config = BrokerConfig.parse({ mqttPort: 0, ...keys });
    const started = startBroker(config, parts);
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toBeInstanceOf(ConfigError);
  });

  test('a port that is taken is named', async () => {
    await using house = await openTestBroker({});
    const mqttPort = Number(new URL(house.broker.mqttUrl).port);
    const config = BrokerConfig.parse({ siteId: 'jeonju', anonymous: true, mqttPort });
    const started = startBroker(config, parts);
    await expect(started).rejects.toThrow(String(mqttPort));
    await expect(started).rejects.toBeInstanceOf(ConfigError);
  });

  test('an anonymous broker on loopback lets anybody be anything, by the topic table', async () => {
    await using house = await openTestBroker({}, { anonymous: true });
    const anybody = await house.connect('gw-1');
    await anybody.publishAsync(events('gw-1'), 'x', { qos: 1 });
    await anybody.publishAsync('binjari/v1/jeonju/lot/nambu', 'x', { qos: 1 });
    await expect(anybody.subscribeAsync('#')).rejects.toMatchObject({
      packet: { granted: [0x80] },
    });
  });

  test('the same rules hold over WebSocket', async () => {
    await using house = await openTestBroker({ kiosk: 'reader', api: 'api' }, { wsPort: 0 });
    const { wsUrl = '' } = house.broker;
    const { hostname, port } = new URL(wsUrl);
    const overWs = { protocol: 'ws', hostname, port: Number(port), path: '/mqtt' } as const;
    const kiosk = await house.connect('kiosk', overWs);
    const heard: string[] = [];
    kiosk.on('message', (path) => heard.push(path));
    await expect(kiosk.subscribeAsync('#')).rejects.toMatchObject({ packet: { granted: [0x80] } });
    await kiosk.subscribeAsync('binjari/v1/jeonju/lot/+', { qos: 1 });
    await (await house.connect('api')).publishAsync('binjari/v1/jeonju/lot/nambu', 'x', { qos: 1 });
    await until(() => heard.length === 1);
    const plain = await fetch(wsUrl.replace('ws:', 'http:'));
    expect(plain.status).toBe(426);
  });
});
