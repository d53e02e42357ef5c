import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { GatewayId, LineId } from '#contract/ids.ts';
import type { AckMessage, EventsMessage } from '#contract/messages.ts';
import type { Role } from '#contract/topics.ts';
import { UnavailableError } from '#runtime/errors.ts';
import type { HeardMessage } from '#runtime/typed-mqtt.ts';
import { freePort } from '../support/free-port.ts';
import { openTestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';
import { ack, eventsOf, journal, keys, linkOpener, offline, site } from './link-words.ts';

const links = linkOpener();
afterEach(async () => links.closeAll());

async function openPair(
  clients: Readonly<Record<string, Role>> = { 'gw-1': 'gateway', api: 'api' },
) {
  const house = await openTestBroker(clients);
  const open = (id: string) => links.open(house.broker.mqttUrl, id, house.secretOf(id));
  return { house, open, [Symbol.asyncDispose]: async () => house[Symbol.asyncDispose]() };
}

describe('hearing', () => {
  test('a message is live when it comes and retained for who comes later', async () => {
    await using pair = await openPair({ 'gw-1': 'gateway', api: 'api', 'api-2': 'api' });
    const heard: [string, boolean][] = [];
    const listen = (id: string) => {
      const api = pair.open(id);
      api.subscribe('status', { site }, ({ retained }) => heard.push([id, retained]));
      return api;
    };
    const [api, publisher] = [listen('api'), pair.open('gw-1')];
    await until(() => api.connected && publisher.connected);
    await publisher.publish('status', keys, offline);
    await until(() => heard.length === 1);
    listen('api-2');
    await until(() => heard.length === 2);
    expect(heard).toEqual([
      ['api', false],
      ['api-2', true],
    ]);
    await publisher.clearRetained('status', keys);
    expect(pair.house.broker.counts.retained).toBe(0);
  });

  test('what the schema rejects is counted and not heard', async () => {
    await using pair = await openPair();
    const heard: EventsMessage[] = [];
    const api = pair.open('api');
    api.subscribe('events', { site }, ({ payload }) => heard.push(payload));
    await until(() => api.connected);
    const raw = await pair.house.connect('gw-1');
    const path = 'binjari/v1/jeonju/gateway/gw-1/events';
    for (const text of [
      '{',
      '{}',
      'null',
      '[]',
      '{"v":2}',
      JSON.stringify({ ...eventsOf(1), more: 1 }),
    ]) {
      await raw.publishAsync(path, text, { qos: 1 });
    }
    await raw.publishAsync(path, JSON.stringify(eventsOf(7)), { qos: 1 });
    await until(() => heard.length > 0);
    expect(heard).toEqual([eventsOf(7)]);
    expect(api.counts.rejected).toBe(6);
  });

  test('a subscription hears the keys that it named and no others', async () => {
    await using pair = await openPair({ 'gw-1': 'gateway', 'gw-2': 'gateway', api: 'api' });
    const heard: Record<'all' | 'one', string[]> = { all: [], one: [] };
    const api = pair.open('api');
    const other = GatewayId.parse('gw-2');
    api.subscribe('snapshot', { site, gateway: other }, (m) =>
      heard.one.push(m.keys['line'] ?? ''),
    );
    api.subscribe('status', { site }, (m) => heard.all.push(m.keys['gateway'] ?? ''));
    api.subscribe('status', { site, gateway: other }, (m) =>
      heard.one.push(m.keys['gateway'] ?? ''),
    );
    await until(() => api.connected);
    const [first, second] = [pair.open('gw-1'), pair.open('gw-2')];
    await until(() => first.connected && second.connected);
    await first.publish('status', keys, offline);
    await second.publish('status', { site, gateway: other }, { ...offline, gateway: other });
    const snapshot = {
      v: 1,
      journal,
      held: [journal],
      seq: 0,
      line: LineId.parse('l1'),
      publishedAt: 1,
      simulated: true,
      bays: [],
    } as const;
    await second.publish(
      'snapshot',
      { site, gateway: other, line: LineId.parse('l1') },
      { ...snapshot, held: [journal], bays: [] },
    );
    await until(() => heard.one.includes('l1'));
    expect(new Set(heard.all)).toEqual(new Set(['gw-1', 'gw-2']));
    expect(new Set(heard.one)).toEqual(new Set(['gw-2', 'l1']));
  });

  test('a subscription that is made while connected holds at once', async () => {
    await using pair = await openPair();
    const [api, publisher] = [pair.open('api'), pair.open('gw-1')];
    await until(() => api.connected && publisher.connected);
    const heard: number[] = [];
    api.subscribe('events', { site }, ({ payload }) => heard.push(payload.firstHeld));
    await until(async () => {
      await publisher.publish('events', keys, eventsOf(1));
      return heard.length > 0;
    });
    expect(heard.length).toBeGreaterThan(0);
  });

  test('a filter that the broker refuses does not keep the others from being heard', async () => {
    await using pair = await openPair();
    const publisher = pair.open('gw-1');
    const heard: AckMessage[] = [];
    publisher.subscribe('events', { site }, () => undefined);
    publisher.subscribe('ack', keys, ({ payload }) => heard.push(payload));
    const api = pair.open('api');
    await until(() => api.connected && publisher.connected);
    await api.publish('ack', keys, ack);
    await until(() => heard.length === 1);
    expect(publisher.counts.connects).toBe(1);
  });
});

describe('publishing', () => {
  test('without a connection rejects at once, and nothing is sent later', async () => {
    const port = await freePort();
    const link = links.open(`mqtt://127.0.0.1:${port}`, 'gw-1', 'secret');
    await expect(link.publish('events', keys, eventsOf(1))).rejects.toBeInstanceOf(
      UnavailableError,
    );
    await expect(link.publish('status', keys, offline)).rejects.toMatchObject({
      code: 'broker_away',
    });
  });

  test('rejects when the broker ends the connection instead of answering', async () => {
    await using pair = await openPair();
    const link = pair.open('gw-1');
    await until(() => link.connected);
    const stranger = { site, gateway: GatewayId.parse('gw-2') };
    await expect(link.publish('events', stranger, eventsOf(1))).rejects.toMatchObject({
      code: 'broker_away',
    });
    await until(() => link.connected && link.counts.connects === 2);
  });

  test('to a peer that takes all and answers nothing ends when the connection does', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      // CONNACK to whatever comes first, then silence.
      socket.once('data', () => socket.write(Uint8Array.of(0x20, 2, 0, 0)));
    });
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const link = links.open(`mqtt://127.0.0.1:${port}`, 'gw-1', 'secret');
    await until(() => link.connected);
    const published = Promise.allSettled(
      Array.from({ length: 16 }, async (_, at) => link.publish('events', keys, eventsOf(at + 1))),
    );
    for (const socket of sockets) socket.destroy();
    const ends = await published;
    expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 'rejected'));
    await link.close();
    silent.close();
  });

  test('what is in flight when the link is closed on a silent peer is rejected in bounded time', async () => {
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(Uint8Array.of(0x20, 2, 0, 0)));
    });
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const link = links.open(`mqtt://127.0.0.1:${port}`, 'gw-1', 'secret');
    await until(() => link.connected);
    const published = Promise.allSettled([link.publish('events', keys, eventsOf(1))]);
    await link.close();
    expect((await published).map(({ status }) => status)).toEqual(['rejected']);
    silent.close();
  });

  test('over one shared connection and back takes milliseconds, not Nagle’s forty', async () => {
    await using pair = await openPair();
    const [api, publisher] = [pair.open('api'), pair.open('gw-1')];
    let answered: ((message: HeardMessage<'ack'>) => void) | undefined;
    publisher.subscribe('ack', keys, (message) => answered?.(message));
    api.subscribe('events', { site }, () => void api.publish('ack', keys, ack));
    await until(() => api.connected && publisher.connected);
    const tookMs: number[] = [];
    for (let turn = 0; turn < 200; turn += 1) {
      const since = performance.now();
      const answer = new Promise((resolve) => {
        answered = resolve;
      });
      await Promise.all([publisher.publish('events', keys, eventsOf(1)), answer]);
      tookMs.push(performance.now() - since);
    }
    const median = tookMs.toSorted((a, b) => a - b)[100] ?? Number.POSITIVE_INFINITY;
    expect(median).toBeLessThan(15);
  });
});
