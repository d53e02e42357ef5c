import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { encodeResponse, FC, isSealed } from '#contract/modbus.ts';
import { MAP_VERSION, sampleBlock, STATUS } from '#contract/registers.ts';
import { LineProperties } from '#contract/site.ts';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import type { SimulatedLine } from '#firmware-sim/line/pty.ts';
import { openDriver } from '#gateway/bus/open-driver.ts';
import type { Driver } from '#gateway/bus/driver.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { LineWatch } from '#gateway/line-watch.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import type { Line } from '#gateway/line/line.ts';
import type { Clock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const BAYS = ['a', 'b', 'c', 'd', 'e'];
const line = LineProperties.parse({
  id: 'line-1',
  port: { kind: 'simulated' },
  baud: 115_200,
  parity: 'even',
  pollPeriodMs: 100,
  sensors: BAYS.map((bay, at) => ({
    id: `${bay}-node`,
    bay,
    kind: 'pbn1',
    address: at + 1,
    mountMm: 2_600,
  })),
});

/** What the hand-made node at each address does. */
const manners = new Map<number, 'well' | 'stuck' | 'silent'>();
let skippedMs = 0;
const clock: Clock = {
  wallMs: () => Date.now() + skippedMs,
  monoMs: () => performance.now() + skippedMs,
};
const said: string[] = [];
const log: Log = {
  ...silentLog,
  info: (_facts: object, event: string) => void said.push(event),
  warn: (_facts: object, event: string) => void said.push(event),
  error: (_facts: object, event: string) => void said.push(event),
  child: () => log,
};

let folder: ReturnType<typeof openTempFolder>;
let far: SimulatedLine;
let near: Line;
let journal: Journal;
let driver: Driver;
let watch: LineWatch;

function answerOf(address: number, seq: number): Uint8Array {
  const empty = sampleBlock.decode(new Uint8Array(2 * sampleBlock.count));
  const data = sampleBlock.encode({
    ...empty,
    mapVersion: MAP_VERSION,
    status: STATUS.distanceValid,
    seq: seq % 0x1_0000,
    uptimeMs: Math.round(clock.monoMs()),
    distanceMm:
      manners.get(address) === 'stuck' ? 2_600 : 2_600 + ((7 * seq + Math.floor(seq / 5)) % 5),
    supplyMv: 5_000,
  });
  return encodeResponse({ kind: 'registers', address, fc: FC.readInput, data });
}

beforeEach(async () => {
  folder = openTempFolder();
  let pending: number[] = [];
  let seq = 0;
  far = await openSimulatedLine(join(folder.path, 'gw-1.line-1'), {
    onBytes: (bytes) => {
      pending.push(...bytes);
      while (pending.length >= 8) {
        const request = Uint8Array.from(pending.slice(0, 8));
        pending = pending.slice(8);
        const address = request[0] ?? 0;
        if (!isSealed(request) || manners.get(address) === 'silent') continue;
        seq += 1;
        far.write(answerOf(address, seq));
      }
    },
    onLost: () => undefined,
  });
  const wallTime = new WallTime(clock, 0);
  journal = new Journal(join(folder.path, 'journal'), wallTime, silentLog);
  watch = new LineWatch({
    line,
    beside: new Map(),
    confirmMs: 300,
    journal,
    wallTime,
    clock,
    log,
    lastStates: new Map(),
    onAppended: () => undefined,
    onHealthChanged: () => undefined,
  });
  driver = openDriver(line, {
    clock,
    share: 0,
    take: (bay, sample) => watch.hear(bay, sample),
    trouble: (bay, trouble) => watch.hearTrouble(bay, trouble),
  });
  near = await serialLine({ path: far.path, baud: line.baud, parity: line.parity })({
    bytes: (chunk) => driver.bytes(chunk),
    lost: () => undefined,
  });
  driver.attach(near);
});
afterEach(async () => {
  driver.detach();
  await near.close();
  far.close();
  journal.close();
  folder[Symbol.dispose]();
});

const all = (manner: 'well' | 'silent') => BAYS.forEach((_, at) => manners.set(at + 1, manner));
const sensorOf = (bay: string) => watch.health().sensors.find((one) => one.bay === bay);
const framesOf = (bay: string) => sensorOf(bay)?.counters.frames ?? 0;
const textOf = (bay: string) =>
  `${sensorOf(bay)?.state} ${sensorOf(bay)?.reasons.join(' ')}`.trim();
const bayState = (bay: string) => watch.bays().find((one) => one.bay === BayId.parse(bay))?.state;
const countOf = (event: string) => said.filter((one) => one === event).length;
const seen = (condition: () => boolean) =>
  until(
    () => {
      watch.look();
      return condition();
    },
    { withinMs: 15_000 },
  );

/** Time passes at once; who speaks has spoken again before anybody looks. */
async function skip(ms: number, speaking: readonly string[]): Promise<void> {
  const before = new Map(speaking.map((bay) => [bay, framesOf(bay)]));
  skippedMs += ms;
  await until(() => speaking.every((bay) => framesOf(bay) > (before.get(bay) ?? 0)));
  watch.look();
}

test('over a real line a stuck sensor is faulty, a silent one offline, and a dead line one fault', async () => {
  all('well');
  await seen(() => BAYS.every((bay) => textOf(bay) === 'ok' && bayState(bay) === 'vacant'));

  manners.set(1, 'stuck');
  manners.set(2, 'silent');
  await seen(() => textOf('b') === 'degraded silence');
  expect(bayState('b')).toBe('vacant');
  await seen(() => textOf('a') === 'faulty stuck_value');
  expect(bayState('a')).toBe('unknown');
  await skip(8_000, ['a', 'c', 'd', 'e']);
  expect(textOf('b')).toBe('offline silence');
  expect(bayState('b')).toBe('unknown');
  expect(['c', 'd', 'e'].map((bay) => [textOf(bay), bayState(bay)])).toEqual(
    ['c', 'd', 'e'].map(() => ['ok', 'vacant']),
  );
  expect(watch.health().lineFaultSince).toBeUndefined();

  all('well');
  await seen(() => textOf('b') === 'degraded silence');
  await skip(11_000, BAYS);
  await seen(() => ['b', 'c', 'd', 'e'].every((bay) => textOf(bay) === 'ok'));
  // Five different values, and then its time: a sensor that was stuck has to show that it lives.
  await until(() => framesOf('a') > 70);
  await skip(11_000, BAYS);
  await seen(() => textOf('a') === 'ok' && bayState('a') === 'vacant');
  expect(countOf('gateway.sensor.faulty') + countOf('gateway.sensor.offline')).toBe(2);
  expect(countOf('gateway.sensor.recovered')).toBe(2);

  all('silent');
  await skip(6_000, []);
  expect(BAYS.map(textOf)).toEqual(BAYS.map(() => 'degraded line_fault'));
  await skip(6_000, []);
  expect(BAYS.map(textOf)).toEqual(BAYS.map(() => 'offline line_fault'));
  expect(BAYS.map(bayState)).toEqual(BAYS.map(() => 'unknown'));
  expect(watch.health().lineFaultSince).toBeGreaterThan(0);

  all('well');
  await skip(31_000, BAYS);
  await skip(11_000, BAYS);
  await seen(() => BAYS.every((bay) => textOf(bay) === 'ok' && bayState(bay) === 'vacant'));
  await seen(() => watch.health().lineFaultSince === undefined);
  expect(countOf('gateway.line.fault')).toBe(1);
  expect(countOf('gateway.line.recovered')).toBe(1);
  expect(countOf('gateway.sensor.offline')).toBe(1);
}, 60_000);
