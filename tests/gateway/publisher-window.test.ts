import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GatewayId, SiteId } from '#contract/ids.ts';
import type { EventsMessage } from '#contract/messages.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { coalesce, Publisher } from '#gateway/publish/publisher.ts';
import type { Clock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { bay, line } from './publisher-rig.ts';

const START = 1_790_000_000_000;
let monoMs = 0;
const clock: Clock = { wallMs: () => START + monoMs, monoMs: () => monoMs };

beforeEach(() => {
  monoMs = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A publisher whose link takes everything; `sent`: when each batch left, and how many it was. */
function openPublisher() {
  const folder = openTempFolder();
  const journal = new Journal(folder.path, new WallTime(clock, 0), silentLog);
  const sent: { readonly atMs: number; readonly records: number }[] = [];
  let up: () => void = () => undefined;
  const link: MqttLink = {
    connected: true,
    certificateExpiresAt: undefined,
    counts: { rejected: 0, connects: 1 },
    publish: async (name, _keys, payload) => {
      if (name !== 'events') return;
      sent.push({ atMs: monoMs, records: (payload as EventsMessage).records.length });
    },
    clearRetained: async () => undefined,
    subscribe: () => undefined,
    onUp: (listener) => {
      up = listener;
    },
    onDown: () => undefined,
    close: async () => undefined,
  };
  const publisher = new Publisher({
    link,
    site: SiteId.parse('jeonju'),
    gateway: GatewayId.parse('gw-1'),
    software: 'test',
    simulated: true,
    lines: [line],
    alarms: () => [],
    siteStatus: () => undefined,
    journal,
    wallTime: new WallTime(clock, 0),
    clock,
    log: silentLog,
    onNewRun: () => undefined,
    onNewApi: () => undefined,
  });
  up();
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1) {
      monoMs += 1;
      vi.advanceTimersByTime(1);
    }
  };
  return {
    sent,
    pass,
    change: (count = 1) => {
      for (let n = 0; n < count; n += 1) {
        const fact = { bay, cause: 'sensor', confidence: 0.9, sensedMono: monoMs } as const;
        journal.appendBay({ ...fact, state: n % 2 === 0 ? 'occupied' : 'vacant' });
        publisher.appended(line);
      }
    },
    close: async () => {
      await publisher.close();
      journal.close();
      folder[Symbol.dispose]();
    },
  };
}

test('a few changes leave together 100 ms after the first, whatever ticks meanwhile', async () => {
  const { sent, pass, change, close } = openPublisher();
  pass(450);
  change();
  pass(20);
  change(2);
  // The tick of half a second lies between.
  pass(79);
  expect(sent).toEqual([]);
  pass(1);
  expect(sent).toEqual([{ atMs: 450 + coalesce.fewMs, records: 3 }]);
  await close();
});

test('a crowd leaves 40 ms after the first of it, what follows waits for others of its own', async () => {
  const { sent, pass, change, close } = openPublisher();
  pass(10);
  change();
  pass(30);
  change(coalesce.crowd - 1);
  pass(10);
  expect(sent).toEqual([{ atMs: 10 + coalesce.crowdMs, records: coalesce.crowd }]);
  change();
  pass(99);
  expect(sent).toHaveLength(1);
  pass(1);
  expect(sent.at(-1)).toEqual({ atMs: 150, records: 1 });
  await close();
});
