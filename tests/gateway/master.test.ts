import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { encodeResponse, FC, isSealed } from '#contract/modbus.ts';
import type { Request } from '#contract/modbus.ts';
import { MAP_VERSION, sampleBlock, STATUS } from '#contract/registers.ts';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import type { SimulatedLine } from '#firmware-sim/line/pty.ts';
import { ModbusMaster } from '#gateway/bus/modbus-master.ts';
import { NodeHealth } from '#gateway/bus/node-health.ts';
import { pollingDriver } from '#gateway/bus/polling-driver.ts';
import type { Trouble } from '#gateway/bus/driver.ts';
import type { Line } from '#gateway/line/line.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import type { Sample } from '#gateway/sense/sample.ts';
import { systemClock } from '#runtime/clock.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const BAUD = 115_200;
const readOf = (address: number) =>
  ({ fc: FC.readInput, address, register: 0, count: 2 }) satisfies Request;
const answerOf = (address: number, ...data: number[]) =>
  encodeResponse({ kind: 'registers', address, fc: FC.readInput, data: Uint8Array.of(...data) });

/** What the far end does with the n-th request, counted from 1. */
type Slave = (request: Uint8Array, n: number, send: (bytes: Uint8Array) => void) => void;

let folder: ReturnType<typeof openTempFolder>;
let far: SimulatedLine;
let near: Line;
let slave: Slave = () => undefined;
let asked: Uint8Array[] = [];
let hearNear: (chunk: Uint8Array) => void = () => undefined;
const timers = new Set<NodeJS.Timeout>();

beforeEach(async () => {
  folder = openTempFolder();
  asked = [];
  slave = () => undefined;
  let pending: number[] = [];
  far = await openSimulatedLine(join(folder.path, 'gw-1.line-1'), {
    onBytes: (bytes) => {
      pending.push(...bytes);
      while (pending.length >= 8) {
        const request = Uint8Array.from(pending.slice(0, 8));
        pending = pending.slice(8);
        if (!isSealed(request)) continue;
        asked.push(request);
        slave(request, asked.length, (answer) => far.write(answer));
      }
    },
    onLost: () => undefined,
  });
  near = await serialLine({ path: far.path, baud: BAUD, parity: 'even' })({
    bytes: (chunk) => hearNear(chunk),
    lost: () => undefined,
  });
});

afterEach(async () => {
  for (const timer of timers) clearTimeout(timer);
  await near.close();
  far.close();
  folder[Symbol.dispose]();
});

const later = (ms: number, act: () => void) => void timers.add(setTimeout(act, ms));

function openMaster(): ModbusMaster {
  const master = new ModbusMaster(near, BAUD, systemClock);
  hearNear = (chunk) => master.bytes(chunk);
  return master;
}

async function readData(master: ModbusMaster, address: number): Promise<number[] | string> {
  const exchange = await master.request(readOf(address));
  return exchange.kind === 'answered' && exchange.response.kind === 'registers'
    ? [...exchange.response.data]
    : exchange.kind;
}

describe('the master', () => {
  test('reads what a node answers, in any pieces', async () => {
    slave = (_request, _n, send) => {
      const answer = answerOf(5, 1, 2, 3, 4);
      for (const [at, byte] of answer.entries()) later(2 * at, () => send(Uint8Array.of(byte)));
    };
    expect(await readData(openMaster(), 5)).toEqual([1, 2, 3, 4]);
  });

  test('asks again when an answer was cut or spoiled', async () => {
    slave = (_request, n, send) => {
      const answer = answerOf(5, 1, 2, 3, 4);
      if (n === 1) send(answer.slice(0, 6));
      else if (n === 2) send(answer.map((byte, at) => (at === 4 ? byte ^ 0x10 : byte)));
      else send(answer);
    };
    const master = openMaster();
    expect(await readData(master, 5)).toEqual([1, 2, 3, 4]);
    expect(master.counts).toMatchObject({ retries: 2, framesBad: 2, framesHeard: 1, timeouts: 0 });
  });

  test('drops an answer that comes late, and never takes it for another node’s', async () => {
    slave = (request, n, send) => {
      if (n === 1) later(180, () => send(answerOf(5, 9, 9, 9, 9)));
      else if (n > 3) send(answerOf(request[0] ?? 0, 1, 2, 3, 4));
    };
    const master = openMaster();
    expect((await master.request(readOf(5), { retry: false })).kind).toBe('missed');
    await until(() => master.counts.lateAnswers === 1);
    slave = (request, _n, send) => send(answerOf(request[0] ?? 0, 1, 2, 3, 4));
    expect(await readData(master, 6)).toEqual([1, 2, 3, 4]);
    expect(master.counts.lateAnswers).toBe(1);
  });

  test('keeps silent for a while after a timeout, so that a late answer finds nobody', async () => {
    const master = openMaster();
    await master.request(readOf(5), { retry: false });
    const missedAt = performance.now();
    slave = (request, _n, send) => send(answerOf(request[0] ?? 0, 1, 2, 3, 4));
    await master.request(readOf(6));
    expect(performance.now() - missedAt).toBeGreaterThanOrEqual(149);
  });

  test('takes an exception for an answer: nothing is asked again', async () => {
    slave = (_request, _n, send) =>
      send(encodeResponse({ kind: 'exception', address: 5, fc: FC.readInput, exception: 2 }));
    const exchange = await openMaster().request(readOf(5));
    expect(exchange).toEqual({ kind: 'exception', exception: 2 });
    expect(asked).toHaveLength(1);
  });

  test('reads through an adapter that echoes what it is given, and writes through it too', async () => {
    slave = (request, _n, send) => {
      send(request);
      const isRead = request[1] === FC.readInput;
      later(5, () => send(isRead ? answerOf(5, 1, 2, 3, 4) : request));
    };
    const master = openMaster();
    expect(await readData(master, 5)).toEqual([1, 2, 3, 4]);
    expect(await readData(master, 5)).toEqual([1, 2, 3, 4]);
    const write = { fc: FC.writeOne, address: 5, register: 0x300, value: 3 } as const;
    expect((await master.request(write)).kind).toBe('answered');
    slave = (request, _n, send) => send(request);
    expect((await master.request(write)).kind).toBe('missed');
    expect(master.counts.bytesDiscarded).toBe(0);
  });

  test('knows a broadcast that an adapter echoes for its own', async () => {
    slave = (request, _n, send) => send(request);
    const master = openMaster();
    const write = { fc: FC.writeOne, address: 0, register: 0x300, value: 1 } as const;
    await master.request(write);
    await master.settle();
    expect(master.counts).toMatchObject({ lateAnswers: 0, bytesDiscarded: 0 });
    // From now on a write that only its own adapter repeats is not taken for done.
    expect((await master.request({ ...write, address: 5 })).kind).toBe('missed');
  });

  test('hears out all who answer, in any pieces, without its own echo', async () => {
    slave = (request, _n, send) => {
      send(request);
      later(3, () => send(answerOf(5, 1, 2, 3, 4)));
      later(30, () => send(Uint8Array.of(0x55, ...answerOf(5, 9, 9, 9, 9))));
    };
    const heard = await openMaster().overhear(readOf(5));
    expect(heard?.answers.map((answer) => 'data' in answer && [...answer.data])).toEqual([
      [1, 2, 3, 4],
      [9, 9, 9, 9],
    ]);
    expect(heard).toMatchObject({ strayBytes: 1, isEchoed: true });
    slave = () => undefined;
    expect(await openMaster().overhear(readOf(6))).toMatchObject({ answers: [], strayBytes: 0 });
  });

  test('never sends a write twice', async () => {
    const write = { fc: FC.writeOne, address: 5, register: 0x300, value: 3 } as const;
    expect((await openMaster().request(write)).kind).toBe('missed');
    expect(asked).toHaveLength(1);
  });

  test('asks a silent node three times, and counts', async () => {
    const master = openMaster();
    expect(await readData(master, 5)).toBe('missed');
    expect(asked).toHaveLength(3);
    expect(master.counts).toMatchObject({ timeouts: 3, retries: 2 });
  });

  test('ends what is in flight when the line is lost', async () => {
    const master = openMaster();
    const exchange = master.request(readOf(5));
    await until(() => asked.length === 1);
    master.lose();
    expect((await exchange).kind).toBe('lost');
  });
});

describe('the bay node driver', () => {
  const bay = BayId.parse('a-1');
  const other = BayId.parse('a-2');

  function sampleAnswer(address: number, seq: number, uptimeMs = seq * 1_000): Uint8Array {
    const zero = sampleBlock.decode(new Uint8Array(32));
    const data = sampleBlock.encode({
      ...zero,
      mapVersion: MAP_VERSION,
      status: STATUS.distanceValid,
      seq,
      uptimeMs,
      distanceMm: 2_000 + address,
    });
    return encodeResponse({ kind: 'registers', address, fc: FC.readInput, data });
  }

  function openDriver(periodMs = 100) {
    const samples: { bay: string; sample: Sample }[] = [];
    const troubles: { bay: string; trouble: Trouble }[] = [];
    const driver = pollingDriver({
      nodes: [
        { bay, kind: 'pbn1', address: 1 },
        { bay: other, kind: 'pbn1', address: 2 },
      ],
      baud: BAUD,
      periodMs,
      offsetMs: 0,
      clock: systemClock,
      take: (of, sample) => void samples.push({ bay: of, sample }),
      trouble: (of, trouble) => void troubles.push({ bay: of, trouble }),
    });
    hearNear = (chunk) => driver.bytes(chunk);
    driver.attach(near);
    return { driver, samples, troubles };
  }

  test('asks its nodes in turn and gives each bay its own distance', async () => {
    slave = (request, n, send) => send(sampleAnswer(request[0] ?? 0, n));
    const { driver, samples } = openDriver();
    await until(() => samples.length >= 6);
    driver.detach();
    expect(samples.map((heard) => heard.bay).slice(0, 4)).toEqual([bay, other, bay, other]);
    for (const { bay: of, sample } of samples) {
      expect(sample.distance).toEqual({
        value: of === bay ? 2_001 : 2_002,
        unit: 'mm',
        quality: 'ok',
      });
    }
  });

  test('takes a sample whose SEQ stands still for nothing new, and one after a reset for new', async () => {
    const answers = [
      sampleAnswer(1, 7),
      sampleAnswer(1, 7),
      sampleAnswer(1, 8),
      sampleAnswer(1, 8, 5),
    ];
    let at = 0;
    slave = (request, _n, send) => {
      if (request[0] === 1) send(answers[Math.min(at++, 3)] ?? new Uint8Array());
    };
    const { driver, samples, troubles } = openDriver();
    await until(() => at > 5);
    driver.detach();
    expect(samples.map(({ sample }) => [sample.seq, sample.uptimeMs])).toEqual([
      [7, 7_000],
      [8, 8_000],
      [8, 5],
    ]);
    expect(driver.health.get(1)?.stale).toBeGreaterThanOrEqual(2);
    const stale = troubles.filter(({ trouble }) => trouble.kind === 'stale');
    expect(stale).toHaveLength(driver.health.get(1)?.stale ?? 0);
    expect(new Set(stale.map((one) => one.bay))).toEqual(new Set([bay]));
  });

  test('puts a silent node on the slow list, so that the others keep their period', async () => {
    slave = (request, n, send) => {
      if (request[0] === 1) send(sampleAnswer(1, n));
    };
    const { driver, samples } = openDriver();
    await until(() => driver.health.get(2)?.isSlow === true, { withinMs: 5_000 });
    const before = samples.length;
    const askedBefore = asked.filter((request) => request[0] === 2).length;
    const from = performance.now();
    await until(() => performance.now() - from > 700);
    driver.detach();
    expect(samples.length - before).toBeGreaterThanOrEqual(4);
    expect(asked.filter((request) => request[0] === 2).length - askedBefore).toBeLessThanOrEqual(1);
  });
});

test('a dead node is left alone for 1, 2, 4 and at last 30 s', () => {
  const health = new NodeHealth(() => 0.5);
  const waits = Array.from({ length: 9 }, () => health.missed());
  expect(waits).toEqual([undefined, undefined, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  health.answered();
  expect(health.isSlow).toBe(false);
});
