import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GatewayId } from '#contract/ids.ts';
import { FREE_RUNNING_KINDS, MODBUS_KINDS } from '#contract/sensor-kind.ts';
import type { LineProperties, SensorKind } from '#contract/site.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { startSim } from '#firmware-sim/sim.ts';
import type { RunningSim } from '#firmware-sim/sim.ts';
import { openDriver } from '#gateway/bus/open-driver.ts';
import { keepLine } from '#gateway/line/kept-line.ts';
import type { OpenLine } from '#gateway/line/line.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import { tcpLine } from '#gateway/line/tcp-line.ts';
import type { Sample } from '#gateway/sense/sample.ts';
import { systemClock } from '#runtime/clock.ts';
import { simulatedLinePath } from '#runtime/line-path.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { openSerialServer } from './serial-server.ts';

const MOUNT_MM = 2_600;
const KINDS: readonly SensorKind[] = [...MODBUS_KINDS, ...FREE_RUNNING_KINDS];

let folder: ReturnType<typeof openTempFolder>;
let sim: RunningSim;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = openTempFolder();
  writeSite(join(folder.path, 'site'));
  const siteFolder = join(folder.path, 'site');
  const linesFolder = join(folder.path, 'lines');
  sim = await startSim(SimConfig.parse({ siteFolder, linesFolder, traffic: 'none' }), {
    clock: systemClock,
    log: silentLog,
  });
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await sim.close();
  folder[Symbol.dispose]();
});

const bayOf = (kind: SensorKind) => `lot-1-${KINDS.indexOf(kind) + 1}`;
const sensorOf = (kind: SensorKind) => ({ id: `a-${kind}`, bay: bayOf(kind), kind });

/** Sound is 5 % slower on a winter night than at the 20 °C that some sensors take it to be. */
const WEATHER_MM = 0.06 * MOUNT_MM;

/** One line with a sensor of every Modbus kind, and a line for each free-running kind. */
function writeSite(path: string): void {
  writeSmallSite(path, { lots: 1, baysPerLot: KINDS.length });
  const file = join(path, 'site.geojson');
  const site = JSON.parse(readFileSync(file, 'utf8')) as {
    features: { properties: { kind: string; lines?: unknown[] } }[];
  };
  const port = { kind: 'simulated' };
  for (const { properties } of site.features) {
    if (properties.kind !== 'gateway') continue;
    const together = MODBUS_KINDS.map((kind, at) => ({
      ...sensorOf(kind),
      address: at + 11,
      mountMm: MOUNT_MM,
    }));
    properties.lines = [
      { id: 'shared', port, baud: 19_200, parity: 'none', pollPeriodMs: 700, sensors: together },
      ...FREE_RUNNING_KINDS.map((kind) => {
        const sensors = [{ ...sensorOf(kind), mountMm: MOUNT_MM }];
        return { id: `of-${kind}`, port, baud: 9_600, parity: 'none', sensors };
      }),
    ];
  }
  writeFileSync(file, JSON.stringify(site));
}

const ptyOf = ({ id, baud, parity }: LineProperties): OpenLine => {
  const path = simulatedLinePath(join(folder.path, 'lines'), GatewayId.parse('gw-1'), id);
  return serialLine({ path, baud, parity });
};

/** A serial server at whose port hangs this pseudo-terminal. */
async function serverBefore(line: LineProperties): Promise<OpenLine> {
  const server = await openSerialServer();
  const port = await ptyOf(line)({ bytes: (chunk) => server.send(chunk), lost: () => undefined });
  server.onWritten((chunk) => void port.write(chunk));
  closers.unshift(async () => {
    server.unplug();
    await port.close();
  });
  return tcpLine({ host: '127.0.0.1', port: server.port });
}

const linesOf = () => {
  const [gateway] = readSiteFolder(join(folder.path, 'site')).gateways;
  return gateway?.properties.lines ?? [];
};

/** What the drivers of these lines hear, by bay, from real pseudo-terminals unless told otherwise. */
function listen(choose: (line: LineProperties) => boolean, openOf = ptyOf) {
  const samples = new Map<string, Sample[]>();
  const drivers = linesOf()
    .filter(choose)
    .map((line) => {
      const driver = openDriver(line, {
        clock: systemClock,
        share: 0,
        trouble: () => undefined,
        take: (bay, sample) => void samples.set(bay, [...(samples.get(bay) ?? []), sample]),
      });
      const open = openOf(line);
      const kept = keepLine({
        open,
        user: driver,
        silenceMs: 10_000,
        clock: systemClock,
        log: silentLog,
      });
      closers.push(() => kept.close());
      return driver;
    });
  return { drivers, of: (kind: SensorKind) => samples.get(bayOf(kind)) ?? [] };
}

/** The middle of what was measured: one reading may be an outlier or none. */
function middle(samples: readonly Sample[]): number {
  const distances = samples.flatMap(({ distance }) =>
    distance?.quality === 'ok' ? [distance.value] : [],
  );
  return distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? Number.NaN;
}
const measured = (samples: readonly Sample[]) =>
  samples.filter(({ distance }) => distance?.quality === 'ok').length;

describe('a line with a sensor of each Modbus kind', () => {
  test('is heard whole: each bay its own distance, and the cars that stand there', async () => {
    sim.park(bayOf('urm14'));
    sim.park(bayOf('mxs485'));
    const heard = listen(({ id }) => id === 'shared');
    await until(() => MODBUS_KINDS.every((kind) => measured(heard.of(kind)) >= 5), {
      withinMs: 15_000,
    });
    const occupied = MODBUS_KINDS.filter((kind) => MOUNT_MM - middle(heard.of(kind)) > 1_250);
    expect(occupied).toEqual(['urm14', 'mxs485']);
    const vacant = MODBUS_KINDS.filter((kind) => Math.abs(MOUNT_MM - middle(heard.of(kind))) < 75);
    expect(vacant).toEqual(MODBUS_KINDS.filter((kind) => !occupied.includes(kind)));
    const [driver] = heard.drivers;
    const { framesHeard = 0, framesBad = 0 } = driver?.counts ?? {};
    expect(framesBad * 20).toBeLessThan(framesHeard);
  });

  test('a URM that waits for a trigger is told to measure, and says no distance before', async () => {
    const heard = listen(({ id }) => id === 'shared');
    await until(() => measured(heard.of('urm08')) >= 2, { withinMs: 10_000 });
    const [first] = heard.of('urm08');
    expect(first?.distance?.quality).not.toBe('ok');
    expect(first?.temperature?.unit).toBe('degC');
  });

  test('goes on when one of its sensors falls silent', async () => {
    sim.mute(bayOf('dyp-a2x'));
    const heard = listen(({ id }) => id === 'shared');
    const others = MODBUS_KINDS.filter((kind) => kind !== 'dyp-a2x');
    await until(() => others.every((kind) => measured(heard.of(kind)) >= 3), { withinMs: 15_000 });
    expect(heard.of('dyp-a2x')).toEqual([]);
  });
});

test('a mixed line behind a serial server is heard over TCP as on a wire', async () => {
  const shared = linesOf().find(({ id }) => id === 'shared');
  if (!shared) throw new Error('expected the shared line');
  const open = await serverBefore(shared);
  sim.park(bayOf('urm14'));
  const heard = listen(
    (line) => line.id === 'shared',
    () => open,
  );
  await until(() => MODBUS_KINDS.every((kind) => measured(heard.of(kind)) >= 3), {
    withinMs: 15_000,
  });
  expect(MOUNT_MM - middle(heard.of('urm14'))).toBeGreaterThan(1_250);
  expect(Math.abs(MOUNT_MM - middle(heard.of('mxs485')))).toBeLessThan(75);
});

test('every free-running kind is heard on a line of its own, with and without a car', async () => {
  const heard = listen(({ id }) => id !== 'shared');
  const all = (least: number) => () =>
    FREE_RUNNING_KINDS.every((kind) => measured(heard.of(kind)) >= least);
  await until(all(5), { withinMs: 10_000 });
  for (const kind of FREE_RUNNING_KINDS) {
    expect(Math.abs(MOUNT_MM - middle(heard.of(kind)))).toBeLessThan(WEATHER_MM);
  }
  for (const kind of FREE_RUNNING_KINDS) sim.park(bayOf(kind));
  const before = FREE_RUNNING_KINDS.map((kind) => heard.of(kind).length + 1);
  await until(
    () => FREE_RUNNING_KINDS.every((kind, at) => heard.of(kind).length >= (before[at] ?? 0) + 5),
    { withinMs: 10_000 },
  );
  for (const [at, kind] of FREE_RUNNING_KINDS.entries()) {
    expect(MOUNT_MM - middle(heard.of(kind).slice(before[at]))).toBeGreaterThan(1_250);
  }
});
