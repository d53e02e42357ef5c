import { monitorEventLoopDelay } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';
import { connectPacket, rawSocket, text } from './raw-client.ts';

describe('whatever a known client sends', () => {
  test('the broker goes on serving the others', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', 'gw-2': 'gateway' });
    const honest = await house.connect('gw-2');
    const topic = 'binjari/v1/jeonju/gateway/gw-1/events';
    const packet = fc.oneof(
      fc.constant([0x32, topic.length + 5, ...text(topic), 0, 7, 0x7b]),
      fc.constant([0x82, topic.length + 5, 0, 9, ...text(topic), 1]),
      fc.constantFrom(
        [0xc0, 0],
        [0xe0, 0],
        [0x62, 2, 0, 7],
        [0x40, 2, 0, 7],
        [0xa2, 4, 0, 1, 0, 0],
      ),
    );
    const spoilt = fc.tuple(packet, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }));
    const sent = fc.sample(fc.array(spoilt, { minLength: 1, maxLength: 8 }), {
      numRuns: 300,
      seed: 1,
    });
    for (const packets of sent) {
      const socket = await rawSocket(house);
      const bytes = packets.flatMap(([good, changes]) => {
        const bad = [...good];
        for (const [at, value] of changes) bad[at % bad.length] = value;
        return bad;
      });
      socket.end(
        Buffer.concat([connectPacket('gw-1', house.secretOf('gw-1')), Uint8Array.from(bytes)]),
      );
      socket.resume();
    }
    await honest.publishAsync('binjari/v1/jeonju/gateway/gw-2/events', 'x', { qos: 1 });
    expect(honest.connected).toBe(true);
    await until(() => house.broker.counts.connections === 1);
  });
});

describe('a hundred who declare 256 MiB each', () => {
  test('are closed at their headers and cost no memory', async () => {
    await using house = await openTestBroker({});
    const before = process.memoryUsage().rss;
    const sockets = await Promise.all(Array.from({ length: 100 }, async () => rawSocket(house)));
    for (const socket of sockets) {
      socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
      socket.write(Buffer.alloc(64 * 1_024));
    }
    await until(() => sockets.every((socket) => socket.closed));
    expect(house.broker.counts.refused.packet_too_large).toBe(100);
    expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1_024 * 1_024);
  });
});

describe('guessers in a flood', () => {
  test('neither stop a gateway that is known nor hold up the process', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', 'gw-2': 'gateway' });
    (await house.connect('gw-2')).end(true);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const guess = async (turn: number) => {
      const socket = await rawSocket(house);
      socket.resume();
      socket.write(connectPacket('gw-1', `guess ${turn}`));
      await until(() => socket.closed, { everyMs: 5 });
    };
    const flood = Promise.all(
      Array.from({ length: 20 }, async (_, lane) => {
        for (let turn = 0; turn < 20; turn += 1) await guess(20 * lane + turn);
      }),
    );
    const since = performance.now();
    await house.connect('gw-2');
    const tookMs = performance.now() - since;
    await flood;
    delay.disable();
    expect(tookMs).toBeLessThan(2_000);
    const { wrong_secret: hashed, backing_off: put } = house.broker.counts.refused;
    expect(hashed + put).toBe(400);
    expect(put).toBeGreaterThan(300);
    // The twenty guessers run in this process, too.
    expect(delay.percentile(99) / 1e6).toBeLessThan(250);
  });
});

describe('a reader that never reads', () => {
  test('holds the others up for about a second at most, and is cut off', async () => {
    await using house = await openTestBroker({
      api: 'api',
      'api-2': 'api',
      'gw-1': 'gateway',
      kiosk: 'reader',
    });
    const heardAt: number[] = [];
    const other = await house.connect('api-2');
    other.on('message', () => heardAt.push(performance.now()));
    await other.subscribeAsync('binjari/v1/jeonju/gateway/+/observed', { qos: 0 });
    const gateway = await house.connect('gw-1');
    const beat = setInterval(
      () => gateway.publish('binjari/v1/jeonju/gateway/gw-1/observed', '{}', { qos: 0 }),
      20,
    );

    const stuck = await rawSocket(house);
    const filter = 'binjari/v1/jeonju/lot/+';
    stuck.write(connectPacket('kiosk', house.secretOf('kiosk')));
    await until(() => house.broker.counts.clients === 3);
    stuck.write(Uint8Array.from([0x82, filter.length + 5, 0, 1, ...text(filter), 0]));
    stuck.pause();

    const api = await house.connect('api');
    const large = Buffer.alloc(48_000, 0x20);
    const since = performance.now();
    for (let lot = 0; house.broker.counts.clients === 4; lot = (lot + 1) % 10) {
      await api.publishAsync(`binjari/v1/jeonju/lot/lot-${lot}`, large, { qos: 1 });
      if (performance.now() - since > 10_000) break;
    }
    expect(house.broker.counts.clients).toBe(3);
    const heardBefore = heardAt.length;
    await until(() => heardAt.length > heardBefore + 5);
    clearInterval(beat);
    const gaps = heardAt.slice(1).map((at, before) => at - (heardAt[before] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1_500);
    stuck.destroy();
  });
});
