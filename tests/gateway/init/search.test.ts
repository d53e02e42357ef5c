import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModbusRangeKind } from '#contract/sensor-kind.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import { startSim } from '#firmware-sim/sim.ts';
import { findSensors } from '#gateway/init/find-sensors.ts';
import type { Trying } from '#gateway/init/find-sensors.ts';
import { searchModbus } from '#gateway/init/modbus-search.ts';
import { systemClock } from '#runtime/clock.ts';
import { UnavailableError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { wireFrameSensor, wireModbusSensor } from '../../support/wired-sensor.ts';

let folder: ReturnType<typeof openTempFolder>;
beforeEach(() => {
  folder = openTempFolder();
});
afterEach(() => folder[Symbol.dispose]());
const path = () => join(folder.path, 'tty');

test.each<[ModbusRangeKind, number]>([
  ['urm08', 1],
  ['urm14', 1],
  ['urm15', 1],
  ['dyp-a2x', 1],
  ['mxs485', 1],
])('a %s is the first of what it may be', async (kind, address) => {
  using sensor = await wireModbusSensor(path(), { kind, address, baud: 19_200, distanceMm: 2_500 });
  const links: unknown[] = [];
  const told = (link: unknown) => void links.push(link);
  const found = await searchModbus(sensor.path, { wanted: 1, told });
  expect(found).toMatchObject({ baud: 19_200, strangers: [] });
  expect(found?.nodes[0]).toMatchObject({ address });
  expect(found?.nodes[0]?.kinds[0]).toBe(kind);
  expect(links.length).toBeGreaterThan(0);
});

test('bay nodes that share a line are all found, as many as there are bays', async () => {
  const site = writeSmallSite(join(folder.path, 'site'), { lots: 1, baysPerLot: 6 });
  const linesFolder = join(folder.path, 'lines');
  const sim = await startSim(
    SimConfig.parse({ siteFolder: site.folder, linesFolder, traffic: 'none' }),
    { clock: systemClock, log: silentLog },
  );
  try {
    const line = join(linesFolder, 'gw-1.line-1');
    const told = () => undefined;
    const found = await searchModbus(line, { wanted: 4, told });
    expect(found?.nodes).toEqual([1, 2, 3, 4].map((address) => ({ kinds: ['pbn1'], address })));
  } finally {
    await sim.close();
  }
});

test('a port is listened to before anything is asked', async () => {
  using sensor = await wireFrameSensor(path(), 2_500);
  const tried: Trying[] = [];
  const found = await findSensors(sensor.path, {
    wanted: 1,
    told: (trying) => void tried.push(trying),
  });
  expect(found).toEqual({
    kind: 'found',
    line: {
      path: sensor.path,
      baud: 9_600,
      parity: 'none',
      sensors: [{ kinds: ['distance-frame'], address: undefined }],
    },
  });
  expect(tried).toEqual([{ what: 'listening' }]);
});

test('a port that is not there is said so', async () => {
  const told = () => undefined;
  await expect(findSensors(path(), { wanted: 1, told })).rejects.toThrow(UnavailableError);
});

test('a port that goes away in the middle of a search is said so', async () => {
  const line = await openSimulatedLine(path(), {
    onBytes: () => line.unplug(),
    onLost: () => undefined,
  });
  const told = () => undefined;
  await expect(searchModbus(path(), { wanted: 1, told })).rejects.toThrow(UnavailableError);
});
