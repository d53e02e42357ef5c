import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeDistance, DISTANCE_NO_TARGET } from '#contract/distance-frame.ts';
import { decodeMaxbotix } from '#contract/maxbotix-frame.ts';
import { encodeRequest, FC } from '#contract/modbus.ts';
import { identityBlock, sampleBlock } from '#contract/registers.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { startSim } from '#firmware-sim/sim.ts';
import type { RunningSim } from '#firmware-sim/sim.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { trueStaysOf } from '../support/checker.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { writeMixedSite } from './mixed-site.ts';
import { openSerialReader } from './serial-reader.ts';
import type { SerialReader } from './serial-reader.ts';

const BAUD = 115_200;
const MOUNT_MM = 2_600;
const NODES = Array.from({ length: 8 }, (_, at) => `lot-1-${at + 1}`);

let folder: ReturnType<typeof openTempFolder>;
let truthFile: string;
let sim: RunningSim | undefined;

beforeEach(() => {
  folder = openTempFolder();
  truthFile = join(folder.path, 'truth.jsonl');
  writeMixedSite(join(folder.path, 'site'));
});
afterEach(async () => {
  await sim?.close();
  sim = undefined;
  folder[Symbol.dispose]();
});

const pathOf = (line: string) => join(folder.path, 'lines', `gw-1.${line}`);

async function start(config: Record<string, unknown> = {}): Promise<RunningSim> {
  const siteFolder = join(folder.path, 'site');
  const linesFolder = join(folder.path, 'lines');
  sim = await startSim(
    SimConfig.parse({ siteFolder, linesFolder, truthFile, traffic: 'none', ...config }),
    { clock: systemClock, log: silentLog },
  );
  return sim;
}

interface Said {
  readonly kind: string;
  readonly bay?: string;
  readonly line?: string;
  readonly at: number;
}
const truth = () =>
  readFileSync(truthFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Said);
const standing = () =>
  new Set(
    trueStaysOf(readFileSync(truthFile, 'utf8').split('\n'))
      .filter(({ leftAt }) => leftAt === undefined)
      .map(({ bay }) => bay),
  );

async function readSample(reader: SerialReader, address: number) {
  reader.write(encodeRequest({ fc: FC.readInput, address, register: 0, count: 16 }));
  await reader.untilHeard(37);
  return sampleBlock.decode(Uint8Array.from(reader.heard).subarray(3, 35));
}

/** A distance that is neither a drop-out nor likely an outlier: the middle of five echoes. */
async function distanceOf(reader: SerialReader, address: number): Promise<number> {
  const distances: number[] = [];
  while (distances.length < 5) {
    reader.write(encodeRequest({ fc: FC.writeOne, address, register: 0x0300, value: 1 }));
    await reader.untilHeard(8);
    const { distanceMm } = await readSample(reader, address);
    if (distanceMm < DISTANCE_NO_TARGET) distances.push(distanceMm);
  }
  return distances.toSorted((a, b) => a - b)[2] ?? Number.NaN;
}

describe('the nodes', () => {
  test('show what is true: the floor, a car that parks, and the floor again', async () => {
    const running = await start();
    await using reader = await openSerialReader(pathOf('line-1'), BAUD);
    expect(Math.abs((await distanceOf(reader, 3)) - MOUNT_MM)).toBeLessThan(70);
    const before = Date.now();
    running.park('lot-1-3');
    const roofMm = MOUNT_MM - (await distanceOf(reader, 3));
    expect(roofMm).toBeGreaterThan(1_250);
    expect(roofMm).toBeLessThan(2_050);
    running.leave('lot-1-3');
    expect(Math.abs((await distanceOf(reader, 3)) - MOUNT_MM)).toBeLessThan(70);

    const [stopped, left] = truth().filter(({ kind }) => kind !== 'initial');
    expect(stopped).toMatchObject({ kind: 'stopped', bay: 'lot-1-3' });
    expect(left).toMatchObject({ kind: 'left', bay: 'lot-1-3' });
    expect(stopped?.at).toBeGreaterThanOrEqual(before);
    expect(left?.at).toBeLessThanOrEqual(Date.now());
  });

  test('agree with the truth log while seeded traffic runs', async () => {
    await start({ traffic: 'seeded', speed: 1_000, seed: 5 });
    await using reader = await openSerialReader(pathOf('line-1'), BAUD);
    await until(() => truth().length > 10 + 8);
    let compared = 0;
    for (let round = 0; round < 3; round += 1) {
      for (const [at, bay] of NODES.entries()) {
        const [before, changesBefore] = [standing().has(bay), changesOf(bay)];
        const distanceMm = await distanceOf(reader, at + 1);
        if (changesOf(bay) !== changesBefore) continue;
        compared += 1;
        expect([bay, distanceMm < MOUNT_MM - 500]).toEqual([bay, before]);
      }
    }
    expect(compared).toBeGreaterThan(12);
  });

  const changesOf = (bay: string) => truth().filter((entry) => entry.bay === bay).length;

  test('are the same devices for the same seed, and others for another', async () => {
    const uidOf = async (seed: number) => {
      const running = await start({ seed });
      await using reader = await openSerialReader(pathOf('line-1'), BAUD);
      reader.write(encodeRequest({ fc: FC.readHolding, address: 2, register: 0x0100, count: 10 }));
      await reader.untilHeard(25);
      await running.close();
      const uid = identityBlock.decode(Uint8Array.from(reader.heard).subarray(3, 23));
      return `${uid.uidHigh} ${uid.uidMiddle} ${uid.uidLow}`;
    };
    const uid = await uidOf(1);
    expect(await uidOf(1)).toBe(uid);
    expect(await uidOf(2)).not.toBe(uid);
  });

  test('fall silent when muted, and only then', async () => {
    const running = await start();
    await using reader = await openSerialReader(pathOf('line-1'), BAUD);
    running.mute('lot-1-2');
    reader.write(encodeRequest({ fc: FC.readInput, address: 2, register: 0, count: 16 }));
    // The line is answered in order: what node 2 had to say would have come before this.
    await expect(reader.untilHeard(1, 100)).rejects.toThrow('not within');
    await readSample(reader, 3);
    running.unmute('lot-1-2');
    await readSample(reader, 2);
    expect(truth().slice(-2)).toMatchObject([
      { kind: 'muted', line: 'line-1', sensor: 'lot-1-2-node', bay: 'lot-1-2' },
      { kind: 'unmuted', bay: 'lot-1-2' },
    ]);
    expect(() => running.mute('lot-1-11')).toThrow('no simulated sensor');
  });
});

describe('the lines', () => {
  test('only simulated lines are served, and none is left behind', async () => {
    const running = await start();
    expect(existsSync(pathOf('line-1'))).toBe(true);
    expect(existsSync(pathOf('real'))).toBe(false);
    expect(running.ready).toContain('3 lines, 10 bays');
    await running.close();
    for (const line of ['line-1', 'far', 'near']) {
      expect(() => lstatSync(pathOf(line))).toThrow('ENOENT');
    }
  });

  test('a line that was unplugged and plugged in again answers at its path', async () => {
    const running = await start();
    const before = await openSerialReader(pathOf('line-1'), BAUD);
    await readSample(before, 1);
    running.unplug('gw-1', 'line-1');
    expect(existsSync(pathOf('line-1'))).toBe(false);
    expect(() => running.unplug('gw-1', 'line-1')).toThrow('is unplugged');
    await before[Symbol.asyncDispose]();
    await running.replug('gw-1', 'line-1');
    await expect(running.replug('gw-1', 'line-1')).rejects.toThrow('is plugged in');
    await using after = await openSerialReader(pathOf('line-1'), BAUD);
    await readSample(after, 1);
    expect(truth().slice(-2)).toMatchObject([
      { kind: 'unplugged', gateway: 'gw-1', line: 'line-1' },
      { kind: 'replugged', gateway: 'gw-1', line: 'line-1' },
    ]);
    expect(() => running.unplug('gw-1', 'real')).toThrow('no simulated line');
  });
});

describe('the free-running sensors', () => {
  test.each<[string, string, number, (bytes: Uint8Array, at: number) => number | undefined]>([
    ['far', 'lot-1-9', 4, decodeDistance],
    ['near', 'lot-1-10', 6, (bytes, at) => decodeMaxbotix(bytes, at)?.value],
  ])('on "%s" send whole frames by themselves', async (line, bay, length, decode) => {
    const running = await start();
    await using reader = await openSerialReader(pathOf(line), 9_600);
    running.park(bay);
    const from = performance.now();
    await reader.untilHeard(10 * length);
    const bytes = Uint8Array.from(reader.heard);
    const distances = Array.from({ length: 10 }, (_, at) => decode(bytes, at * length) ?? -1);
    expect(distances).not.toContain(-1);
    const middle = distances.toSorted((a, b) => a - b)[5] ?? 0;
    expect(MOUNT_MM - middle).toBeGreaterThan(1_250);
    // Ten frames, 100 to 150 ms apart, the first at any time.
    expect(performance.now() - from).toBeGreaterThan(850);
    expect(performance.now() - from).toBeLessThan(2_500);
    running.mute(bay);
    const heard = reader.heard.length;
    await expect(reader.untilHeard(heard + 2 * length, 400)).rejects.toThrow('not within');
  });
});

describe('the site folder', () => {
  test('a scenario says how wanted a lot is', async () => {
    const scenario = join(folder.path, 'site', 'simulation.json');
    writeFileSync(scenario, JSON.stringify({ seed: 4, demand: { 'lot-1': 0 } }));
    await start({ traffic: 'seeded', speed: 1_000 });
    expect(standing().size).toBe(0);
    await sim?.close();
    writeFileSync(scenario, JSON.stringify({ demand: { 'lot-9': 0.5 } }));
    await expect(start({ traffic: 'seeded' })).rejects.toThrow('demand.lot-9');
    writeFileSync(scenario, '{');
    await expect(start({ traffic: 'seeded' })).rejects.toThrow('simulation.json');
  });

  test('a scenario’s faults begin with it; one that a sensor cannot have is left out', async () => {
    const own = join(folder.path, 'site', 'scenarios');
    mkdirSync(own, { recursive: true });
    const sensorFaults = [
      { fault: 'stuck-value', bay: 0 },
      { fault: 'brown-out', bay: 8 },
      { fault: 'silent', bay: 400 },
    ];
    writeFileSync(join(own, 'tired.json'), JSON.stringify({ sensorFaults }));
    await start({ scenario: 'tired' });
    expect(truth().filter(({ kind }) => kind === 'failed')).toMatchObject([
      { bay: 'lot-1-1', fault: 'stuck-value' },
    ]);
    await expect(start({ scenario: 'fog' })).rejects.toThrow('expected one of calm, clear, tired');
  });

  test.each([
    [{ gateway: 'gw-9' }, 'expected a gateway of this site'],
    [{ traffic: 'replay' }, 'expected a file'],
    [{ replayFile: '/no/such/file.csv' }, 'no such file'],
  ])('%j cannot be served', async (config, problem) => {
    await expect(start({ traffic: undefined, ...config })).rejects.toThrow(problem);
    expect(existsSync(pathOf('line-1'))).toBe(false);
  });

  test('a recording is replayed on the nodes', async () => {
    const replayFile = join(folder.path, 'stays.csv');
    writeFileSync(
      replayFile,
      `bay,arrivedAt,departedAt
lot-1-1,2026-11-23T09:00:00Z,2026-11-23T09:10:00Z
lot-1-2,2026-11-23T09:05:00Z,2026-11-23T09:30:00Z
`,
    );
    // Five seconds of lead, then half an hour in one and a half.
    await start({ traffic: undefined, replayFile, speed: 1_200 });
    await until(() => truth().filter(({ kind }) => kind === 'left').length === 2, {
      withinMs: 15_000,
    });
    const [first, second, third, fourth] = truth().slice(10);
    expect([first, second, third, fourth].map((entry) => `${entry?.kind} ${entry?.bay}`)).toEqual([
      'stopped lot-1-1',
      'stopped lot-1-2',
      'left lot-1-1',
      'left lot-1-2',
    ]);
    expect(((fourth?.at ?? 0) - (first?.at ?? 0)) * 1_200).toBeGreaterThan(29 * 60_000);
    // A busy machine's timers come late, and each second of it counts twenty minutes here.
    expect(((fourth?.at ?? 0) - (first?.at ?? 0)) * 1_200).toBeLessThan(60 * 60_000);
  });
});
