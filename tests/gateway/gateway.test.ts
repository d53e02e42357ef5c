import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GatewayId, SiteId } from '#contract/ids.ts';
import { topicPath } from '#contract/topics.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { startSim } from '#firmware-sim/sim.ts';
import type { RunningSim } from '#firmware-sim/sim.ts';
import { GatewayConfig } from '#gateway/config.ts';
import { startGateway } from '#gateway/gateway.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import { systemClock } from '#runtime/clock.ts';
import { ConfigError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openTestBroker } from '../support/test-broker.ts';
import type { TestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';
import { ScriptedApi } from './scripted-api.ts';
import { openSerialServer } from './serial-server.ts';
import type { SerialServer } from './serial-server.ts';

let folder: ReturnType<typeof openTempFolder>;
let broker: TestBroker;
let sim: RunningSim;
let api: ScriptedApi;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = openTempFolder();
  const site = writeSmallSite(join(folder.path, 'site'), { lots: 1, baysPerLot: 16 });
  broker = await openTestBroker({ 'gw-1': 'gateway', api: 'api' }, {
    siteId: 'small',
  } as Parameters<typeof openTestBroker>[1]);
  sim = await startSim(
    SimConfig.parse({
      siteFolder: site.folder,
      linesFolder: join(folder.path, 'lines'),
      traffic: 'none',
    }),
    { clock: systemClock, log: silentLog },
  );
  writeFileSync(join(folder.path, 'secret'), broker.secretOf('gw-1'));
  const keys = { site: SiteId.parse('small'), gateway: GatewayId.parse('gw-1') };
  api = new ScriptedApi(await broker.connect('api'), topicPath('ack', keys), 'small');
  await api.listen();
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await sim.close();
  await broker[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const configOf = (more: object = {}) =>
  GatewayConfig.parse({
    siteFolder: join(folder.path, 'site'),
    gateway: 'gw-1',
    linesFolder: join(folder.path, 'lines'),
    dataFolder: join(folder.path, 'gateway'),
    brokerUrl: broker.broker.mqttUrl,
    secretFile: join(folder.path, 'secret'),
    ...more,
  });

async function start(more: object = {}) {
  const gateway = await startGateway(configOf(more), { clock: systemClock, log: silentLog });
  let closed = false;
  const close = async () => {
    if (!closed) await gateway.close();
    closed = true;
  };
  closers.push(close);
  return { ...gateway, close };
}

/** The last event of a bay, over all journals in their order. */
const lastOf = (bay: string) =>
  [...api.journals.keys()]
    .flatMap((journal) => api.recordsOf(journal))
    .findLast((record) => record.kind === 'bay' && record.bay === bay);
const stateOf = (bay: string) => {
  const last = lastOf(bay);
  return last?.kind === 'bay' ? `${last.state} ${last.cause}` : undefined;
};

test('a car that parks is in the log with the time it was first seen, and its bay was observed', async () => {
  const gateway = await start();
  expect(gateway.ready).toBe('gateway gw-1: 16 sensors on 2 lines');
  await until(() => stateOf('lot-1-3') === 'vacant sensor');
  const parkedAt = Date.now();
  sim.park('lot-1-3');
  await until(() => stateOf('lot-1-3') === 'occupied sensor');
  const arrival = lastOf('lot-1-3');
  const sensedAt = arrival?.kind === 'bay' ? arrival.sensedAt : 0;
  expect(Math.abs(sensedAt - parkedAt)).toBeLessThan(2_500);
  const observedBays = () =>
    [...api.journals.keys()]
      .flatMap((journal) => api.recordsOf(journal))
      .flatMap((record) => (record.kind === 'observed' ? record.bays : []));
  await until(() => new Set(observedBays()).size === 16);
  expect(api.problems).toEqual([]);
});

test('a muted sensor’s bay is unknown by its deadline, and a restart calls the others unknown too', async () => {
  const first = await start();
  await until(
    () => stateOf('lot-1-1') === 'vacant sensor' && stateOf('lot-1-9') === 'vacant sensor',
  );
  sim.mute('lot-1-1');
  const mutedAt = Date.now();
  await until(() => stateOf('lot-1-1') === 'unknown silence', { withinMs: 16_000 });
  const silence = lastOf('lot-1-1');
  expect(silence?.kind === 'bay' && silence.sensedAt).toBeLessThanOrEqual(mutedAt);
  expect(stateOf('lot-1-9')).toBe('vacant sensor');
  await first.close();
  await until(() => api.kinds.includes('offline'));
  await start();
  await until(() => stateOf('lot-1-9') === 'unknown restart');
  await until(() => stateOf('lot-1-9') === 'vacant sensor');
  expect(stateOf('lot-1-1')).toBe('unknown silence');
  expect(api.problems).toEqual([]);
}, 40_000);

/** The same site with its first line behind a serial server; its folder. */
async function behindSerialServer(): Promise<{ siteFolder: string; server: SerialServer }> {
  const server = await openSerialServer();
  const path = join(folder.path, 'lines', 'gw-1.line-1');
  const wire = await serialLine({ path, baud: 115_200, parity: 'even' })({
    bytes: (chunk) => server.send(chunk),
    lost: () => undefined,
  });
  server.onWritten((chunk) => void wire.write(chunk));
  closers.push(async () => {
    server.unplug();
    await wire.close();
  });
  const site = JSON.parse(
    readFileSync(join(folder.path, 'site', 'site.geojson'), 'utf8'),
  ) as SiteWithLines;
  for (const { properties } of site.features) {
    const [first] = properties.lines ?? [];
    if (first) first.port = { kind: 'tcp', host: '127.0.0.1', port: server.port };
  }
  const siteFolder = join(folder.path, 'tcp-site');
  mkdirSync(siteFolder);
  writeFileSync(join(siteFolder, 'site.geojson'), JSON.stringify(site));
  return { siteFolder, server };
}

interface SiteWithLines {
  features: { properties: { lines?: { port: object }[] } }[];
}

test('a line behind a serial server is heard, and again after the server was away', async () => {
  const { siteFolder, server } = await behindSerialServer();
  await start({ siteFolder });
  await until(() => stateOf('lot-1-1') === 'vacant sensor');
  server.unplug();
  sim.park('lot-1-1');
  await server.plugIn();
  await until(() => stateOf('lot-1-1') === 'occupied sensor', { withinMs: 20_000 });
  expect(stateOf('lot-1-9')).toBe('vacant sensor');
  expect(api.problems).toEqual([]);
}, 30_000);

test('how far each sensor may be trusted is told for each line, again on change and to each new api', async () => {
  await start();
  const sensorOf = (bay: string) =>
    [...api.health.values()].flatMap(({ sensors }) => sensors).find((one) => one.bay === bay);
  await until(() => api.health.size === 2 && sensorOf('lot-1-9')?.state === 'ok');
  expect(sensorOf('lot-1-9')).toMatchObject({
    sensor: 'lot-1-9-node',
    reasons: [],
    counters: { misses: 0, crcErrors: 0, resets: 0 },
  });
  sim.mute('lot-1-1');
  const silent = await until(
    () => sensorOf('lot-1-1')?.state === 'degraded' && sensorOf('lot-1-1'),
  );
  expect(silent.reasons).toEqual(['silence']);
  expect(sensorOf('lot-1-2')?.state).toBe('ok');
  const told = api.kinds.filter((kind) => kind === 'health').length;
  api.api = 'api-2';
  api.announce();
  await until(() => api.kinds.filter((kind) => kind === 'health').length >= told + 2);
  expect(api.problems).toEqual([]);
});

test('a gateway that the site does not have is told which there are', async () => {
  const config = configOf({ gateway: 'gw-9' });
  await expect(startGateway(config, { clock: systemClock, log: silentLog })).rejects.toThrow(
    ConfigError,
  );
});

test('a folder for recordings that cannot be written is refused before anything is begun', async () => {
  await expect(start({ recordFolder: '/proc/recordings' })).rejects.toThrow(ConfigError);
  await start();
});
