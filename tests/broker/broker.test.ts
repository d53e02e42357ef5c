import { describe, expect, test } from 'vitest';
import { openTestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';
import { connectPacket, rawSocket } from './raw-client.ts';

const events = (id: string) => `binjari/v1/jeonju/gateway/${id}/events`;
const status = (id: string) => `binjari/v1/jeonju/gateway/${id}/status`;

describe('coming in', () => {
  test.each([
    ['an unknown client', 'gw-9', {}, 'unknown_client', 4],
    ['a wrong secret', 'gw-1', { password: 'guess' }, 'wrong_secret', 4],
    ['no secret', 'gw-1', { password: '' }, 'wrong_secret', 4],
    ["another's user name", 'gw-1', { username: 'gw-2' }, 'id_not_user_name', 2],
    ['an id with a slash', 'a/b', {}, 'bad_id', 2],
    ['an id in capitals', 'GW-1', {}, 'bad_id', 2],
    ['an id of 41 letters', 'a'.repeat(41), {}, 'bad_id', 2],
    ['a session that outlives the connection', 'gw-1', { clean: false }, 'persistent_session', 5],
    [
      'a will at another’s topic',
      'gw-1',
      { will: { topic: status('gw-2'), payload: 'x', qos: 1, retain: true } },
      'will',
      5,
    ],
    [
      'a will at $SYS',
      'gw-1',
      { will: { topic: '$SYS/x/new/clients', payload: 'gw-2', qos: 0, retain: false } },
      'will',
      5,
    ],
    [
      'a retained will where nothing is retained',
      'gw-1',
      { will: { topic: events('gw-1'), payload: 'x', qos: 1, retain: true } },
      'will',
      5,
    ],
  ] as const)('%s is turned away with its code', async (_, id, options, reason, code) => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', 'gw-2': 'gateway' });
    await expect(house.connect(id, options)).rejects.toMatchObject({ code });
    expect(house.broker.counts.refused[reason]).toBe(1);
    expect(house.broker.counts.clients).toBe(0);
  });

  test.each([0, 600])('a keepalive of %i s is refused', async (keepalive) => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    await expect(house.connect('gw-1', { keepalive })).rejects.toBeInstanceOf(Error);
    await until(() => house.broker.counts.refused.keepalive === 1);
  });

  test('the newest session of an id wins', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    const first = await house.connect('gw-1');
    const second = await house.connect('gw-1');
    await until(() => !first.connected);
    expect(second.connected).toBe(true);
    expect(house.broker.counts.clients).toBe(1);
  });

  test('a client on a bad line takes its own session as often as it must', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    for (let turn = 0; turn < 8; turn += 1) await house.connect('gw-1');
    expect(house.broker.counts.takeovers).toBe(7);
    expect(house.broker.counts.refused.shut_out).toBe(0);
  });

  test('two at two addresses that fight for one session are both shut out', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    for (let turn = 0; turn < 5; turn += 1) {
      const { connects } = house.broker.counts;
      const socket = await rawSocket(house, turn % 2 === 0 ? '127.0.0.2' : '127.0.0.1');
      socket.write(connectPacket('gw-1', house.secretOf('gw-1')));
      await until(() => {
        const { counts } = house.broker;
        return counts.connects > connects || counts.refused.shut_out > 0;
      });
    }
    await until(() => house.broker.counts.clients === 0);
    await expect(house.connect('gw-1')).rejects.toMatchObject({ code: 3 });
  });

  test('a whole city’s gateways come in at once', async () => {
    const ids = Array.from({ length: 24 }, (_, at) => [`gw-${at}`, 'gateway'] as const);
    await using house = await openTestBroker(Object.fromEntries(ids));
    await Promise.all(ids.map(async ([id]) => house.connect(id)));
    expect(house.broker.counts.clients).toBe(24);
  });
});

describe('an uninvited connection', () => {
  test('that declares 256 MiB is closed at its header', async () => {
    await using house = await openTestBroker({});
    const socket = await rawSocket(house);
    socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
    socket.write(Buffer.alloc(100_000));
    await until(() => socket.closed, { withinMs: 1_000 });
    expect(house.broker.counts.refused.packet_too_large).toBe(1);
    await until(() => house.broker.counts.connections === 0);
  });

  test('that says nothing is closed after its time', async () => {
    await using house = await openTestBroker({}, { connectTimeoutMs: 150 });
    const socket = await rawSocket(house);
    const since = performance.now();
    await until(() => socket.closed, { withinMs: 2_000 });
    expect(performance.now() - since).toBeGreaterThan(100);
    expect(house.broker.counts.refused.no_connect).toBe(1);
  });

  test('shuts nobody out by being one of many', async () => {
    await using house = await openTestBroker(
      { 'gw-1': 'gateway' },
      { maxConnectionsPerAddress: 20 },
    );
    const idle = await Promise.all(Array.from({ length: 60 }, async () => rawSocket(house)));
    const since = performance.now();
    await house.connect('gw-1');
    expect(performance.now() - since).toBeLessThan(1_000);
    await until(() => idle.filter((socket) => !socket.closed).length <= 20);
    expect(house.broker.counts.refused.too_many_from_address).toBeGreaterThanOrEqual(40);
    for (const socket of idle) socket.destroy();
  });

  test('of many that send noise does no harm', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    for (let turn = 0; turn < 200; turn += 1) {
      const socket = await rawSocket(house);
      const noise = Array.from({ length: 64 }, (_, at) => (turn * 31 + at * 17) & 0xff);
      socket.end(Uint8Array.from(turn % 2 === 0 ? [0x10, 64, ...noise] : noise));
    }
    await until(() => house.broker.counts.connections === 0);
    expect((await house.connect('gw-1')).connected).toBe(true);
  });
});

describe('publishing', () => {
  test('what is allowed arrives, live without the retain flag and later with it', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', api: 'api', 'api-2': 'api' });
    const heard: [string, boolean][] = [];
    const listen = async (id: string) => {
      const api = await house.connect(id);
      api.on('message', (_, bytes, packet) =>
        heard.push([`${id} ${bytes.toString()}`, packet.retain]),
      );
      await api.subscribeAsync('binjari/v1/jeonju/gateway/+/status', { qos: 1 });
    };
    await listen('api');
    const gateway = await house.connect('gw-1');
    await gateway.publishAsync(status('gw-1'), 'here', { qos: 1, retain: true });
    await until(() => heard.length === 1);
    await listen('api-2');
    await until(() => heard.length === 2);
    expect(heard).toEqual([
      ['api here', false],
      ['api-2 here', true],
    ]);
    expect(house.broker.counts.retained).toBe(1);
  });

  test.each([
    ['another’s topic', events('gw-2'), {}, 'other_client'],
    ['$SYS', '$SYS/x/new/clients', {}, 'no_such_topic'],
    ['a topic of nobody', 'binjari/v1/jeonju/secrets', {}, 'no_such_topic'],
    ['retained events', events('gw-1'), { retain: true }, 'retain'],
    ['QoS 2', events('gw-1'), { qos: 2 }, 'qos'],
  ] as const)('%s ends the connection and reaches nobody', async (_, topic, options, reason) => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', api: 'api' });
    const heard: string[] = [];
    const api = await house.connect('api');
    api.on('message', (path) => heard.push(path));
    await api.subscribeAsync('binjari/v1/jeonju/gateway/+/events', { qos: 1 });
    const gateway = await house.connect('gw-1');
    gateway.publish(topic, 'x', { qos: 1, ...options });
    await until(() => !gateway.connected);
    expect(house.broker.counts.refused[reason]).toBe(1);
    const honest = await house.connect('gw-1');
    await honest.publishAsync(events('gw-1'), 'y', { qos: 1 });
    await until(() => heard.length > 0);
    expect(heard).toEqual([events('gw-1')]);
  });

  test('a message larger than the limit ends the connection', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' });
    const gateway = await house.connect('gw-1');
    await gateway.publishAsync(events('gw-1'), Buffer.alloc(60_000), { qos: 1 });
    gateway.publish(events('gw-1'), Buffer.alloc(70_000), { qos: 1 });
    await until(() => !gateway.connected);
    expect(house.broker.counts.refused.packet_too_large).toBe(1);
  });

  test('too fast a gateway is slowed and loses nothing', async () => {
    await using house = await openTestBroker(
      { 'gw-1': 'gateway', api: 'api' },
      { publishPerS: 100 },
    );
    const heard: number[] = [];
    const api = await house.connect('api');
    api.on('message', (_, bytes) => heard.push(Number(bytes.toString())));
    await api.subscribeAsync('binjari/v1/jeonju/gateway/+/events', { qos: 1 });
    const gateway = await house.connect('gw-1');
    const since = performance.now();
    let next = 0;
    const sendOn = async () => {
      while (next < 200) {
        const message = next;
        next += 1;
        await gateway.publishAsync(events('gw-1'), String(message), { qos: 1 });
      }
    };
    await Promise.all(Array.from({ length: 16 }, sendOn));
    expect(performance.now() - since).toBeGreaterThan(850);
    await until(() => heard.length === 200);
    expect(heard).toEqual(Array.from({ length: 200 }, (_, at) => at));
  });

  test('a flood of unacknowledged messages ends the connection', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' }, { publishPerS: 10 });
    const gateway = await house.connect('gw-1');
    for (let message = 0; message < 500 && gateway.connected; message += 1) {
      gateway.publish(`binjari/v1/jeonju/gateway/gw-1/observed`, 'x', { qos: 0 });
    }
    await until(() => !gateway.connected);
    expect(house.broker.counts.refused.too_fast).toBe(1);
  });

  test('a gateway owns a bounded number of retained topics', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway' }, { maxRetainedTopics: 3 });
    const gateway = await house.connect('gw-1');
    const retain = (line: number, text: string) =>
      gateway.publishAsync(`binjari/v1/jeonju/gateway/gw-1/snapshot/line-${line}`, text, {
        qos: 1,
        retain: true,
      });
    for (const line of [1, 2, 3]) await retain(line, 'x');
    await retain(3, '');
    await retain(4, 'x');
    void retain(5, 'x').catch(() => undefined);
    await until(() => !gateway.connected);
    expect(house.broker.counts.refused.retained_full).toBe(1);
  });
});

describe('subscribing', () => {
  test.each(['#', '+/#', '$SYS/#', events('gw-1'), 'binjari/v1/jeonju/gateway/gw-2/ack'])(
    'a gateway is answered 0x80 to %s and stays',
    async (filter) => {
      await using house = await openTestBroker({ 'gw-1': 'gateway' });
      const gateway = await house.connect('gw-1');
      await expect(gateway.subscribeAsync(filter)).rejects.toMatchObject({
        packet: { granted: [0x80] },
      });
      expect(gateway.connected).toBe(true);
      await gateway.subscribeAsync('binjari/v1/jeonju/gateway/gw-1/ack', { qos: 1 });
    },
  );

  test('nothing arrives at a filter that was refused', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', kiosk: 'reader', api: 'api' });
    const kiosk = await house.connect('kiosk');
    const heard: string[] = [];
    kiosk.on('message', (path) => heard.push(path));
    await kiosk
      .subscribeAsync({ [events('gw-1')]: { qos: 1 }, 'binjari/v1/jeonju/lot/+': { qos: 1 } })
      .catch(() => undefined);
    await (await house.connect('gw-1')).publishAsync(events('gw-1'), 'x', { qos: 1 });
    await (await house.connect('api')).publishAsync('binjari/v1/jeonju/lot/nambu', 'x', { qos: 1 });
    await until(() => heard.length > 0);
    expect(heard).toEqual(['binjari/v1/jeonju/lot/nambu']);
  });
});
