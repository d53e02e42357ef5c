import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GatewayId, SiteId } from '#contract/ids.ts';
import { StatusMessage } from '#contract/messages.ts';
import { topicPath } from '#contract/topics.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { startSim } from '#firmware-sim/sim.ts';
import type { RunningSim } from '#firmware-sim/sim.ts';
import { GatewayConfig } from '#gateway/config.ts';
import { startGateway } from '#gateway/gateway.ts';
import type { RunningGateway } from '#gateway/gateway.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { changedSite } from '../support/changed-site.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openTestBroker } from '../support/test-broker.ts';
import type { TestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';
import { ScriptedApi } from './scripted-api.ts';

interface Lines {
  id: string;
  pollPeriodMs?: number;
  sensors: { bay: string; address: number }[];
}

const keys = { site: SiteId.parse('small'), gateway: GatewayId.parse('gw-1') };
let folder: ReturnType<typeof openTempFolder>;
let broker: TestBroker;
let sim: RunningSim;
let api: ScriptedApi;
let client: MqttClient;
let gateway: RunningGateway | undefined;
let text: string;
let statuses: StatusMessage[];

beforeEach(async () => {
  folder = openTempFolder();
  const site = writeSmallSite(join(folder.path, 'site'), { lots: 1, baysPerLot: 24 });
  text = readFileSync(join(site.folder, 'site.geojson'), 'utf8');
  broker = await openTestBroker({ 'gw-1': 'gateway', api: 'api' }, { siteId: keys.site });
  sim = await startSim(
    SimConfig.parse({
      siteFolder: site.folder,
      linesFolder: join(folder.path, 'lines'),
      traffic: 'none',
    }),
    { clock: systemClock, log: silentLog },
  );
  writeFileSync(join(folder.path, 'secret'), broker.secretOf('gw-1'));
  client = await broker.connect('api');
  api = new ScriptedApi(client, topicPath('ack', keys), 'small');
  statuses = [];
  client.on('message', (path, bytes) => {
    if (path === topicPath('status', keys))
      statuses.push(StatusMessage.parse(JSON.parse(bytes.toString())));
  });
  await api.listen();
});
afterEach(async () => {
  await stop();
  await sim.close();
  await broker[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function start(): Promise<void> {
  const config = GatewayConfig.parse({
    siteFolder: join(folder.path, 'site'),
    gateway: 'gw-1',
    linesFolder: join(folder.path, 'lines'),
    dataFolder: join(folder.path, 'gateway'),
    brokerUrl: broker.broker.mqttUrl,
    secretFile: join(folder.path, 'secret'),
  });
  gateway = await startGateway(config, { clock: systemClock, log: silentLog });
}

async function stop(): Promise<void> {
  await gateway?.close();
  gateway = undefined;
}

function linesOf(file: string): Lines[] {
  const { features } = JSON.parse(file) as {
    features: { properties: { kind: string; lines: Lines[] } }[];
  };
  return features.find(({ properties }) => properties.kind === 'gateway')?.properties.lines ?? [];
}

const tell = async (version: number, lines: readonly object[]) =>
  client.publishAsync(
    topicPath('site', keys),
    JSON.stringify({ v: 1, version, validFrom: Date.now(), lines }),
    { qos: 1, retain: true },
  );
const siteStatus = () => {
  const last = statuses.at(-1);
  return last?.state === 'online' ? last.site : undefined;
};
const records = () => [...api.journals.keys()].flatMap((journal) => api.recordsOf(journal));
const statesOf = (bay: string) =>
  records().flatMap((record) =>
    record.kind === 'bay' && record.bay === bay ? [`${record.state} ${record.cause}`] : [],
  );
const intervalsOf = (bay: string) =>
  records().flatMap((record) =>
    record.kind === 'observed' && record.bays.some((one) => one === bay) ? [record] : [],
  );
const seen = (bays: readonly string[]) => () =>
  bays.every((bay) => statesOf(bay).at(-1) === 'vacant sensor');

const ALL = Array.from({ length: 24 }, (_, at) => `lot-1-${at + 1}`);

test('a new version touches only the lines and sensors that it changes; the journal goes on', async () => {
  await start();
  await until(seen(ALL), { withinMs: 20_000 });
  const [journal] = api.journals.keys();
  expect(siteStatus()).toBeUndefined();
  // Line 1 untouched, line 2 loses a sensor and polls at another pace, line 3 is gone.
  const [first, second] = linesOf(changedSite(text, { removedBays: ['lot-1-10'] }));
  await tell(2, [{ ...first }, { ...second, pollPeriodMs: 500 }]);
  await until(() => siteStatus()?.version === 2);
  await until(
    () =>
      statesOf('lot-1-10').at(-1) === 'unknown restart' &&
      statesOf('lot-1-17').at(-1) === 'unknown restart',
  );
  expect(api.cleared).toEqual(
    expect.arrayContaining([
      'binjari/v1/small/gateway/gw-1/snapshot/line-3',
      'binjari/v1/small/gateway/gw-1/health/line-3',
    ]),
  );
  sim.park('lot-1-1');
  sim.park('lot-1-9');
  sim.park('lot-1-10');
  await until(
    () =>
      statesOf('lot-1-1').at(-1) === 'occupied sensor' &&
      statesOf('lot-1-9').at(-1) === 'occupied sensor',
  );
  expect([...api.journals.keys()]).toEqual([journal]);
  // What was decided before still held: no sensor that stayed was called unknown in between.
  expect(statesOf('lot-1-1')).toEqual(['vacant sensor', 'occupied sensor']);
  expect(statesOf('lot-1-9')).toEqual(['vacant sensor', 'occupied sensor']);
  expect(statesOf('lot-1-10')).toEqual(['vacant sensor', 'unknown restart']);
  expect(intervalsOf('lot-1-1').length).toBeLessThanOrEqual(intervalsOf('lot-1-9').length);

  // And back: what is added begins as unknown, so that no stay is told across the time without it.
  await tell(3, linesOf(text));
  await until(() => statesOf('lot-1-10').at(-1) === 'occupied sensor', { withinMs: 15_000 });
  expect(statesOf('lot-1-10').slice(2)).toEqual(['unknown restart', 'occupied sensor']);
  await until(seen(['lot-1-17']), { withinMs: 15_000 });
  expect(statesOf('lot-1-1')).toEqual(['vacant sensor', 'occupied sensor']);
  expect(api.problems).toEqual([]);
}, 90_000);

test('a version that cannot be used is refused with its reason, and the last good one is kept over a restart', async () => {
  await start();
  await until(() => statuses.length > 0);
  const lines = linesOf(text);
  await tell(2, lines.slice(0, 1));
  await until(() => siteStatus()?.version === 2);
  expect(existsSync(join(folder.path, 'gateway', 'site.json'))).toBe(true);
  const [line] = lines;
  const twice = line?.sensors.map((sensor) => ({ ...sensor, address: 7 })) ?? [];
  await tell(3, [{ ...line, sensors: twice }]);
  await until(() => siteStatus()?.refused?.version === 3);
  expect(siteStatus()).toMatchObject({ version: 2 });
  expect(siteStatus()?.refused?.reason).toContain(
    'lines.0.sensors.1.address: expected an address used once',
  );
  // A kind of a newer program is no reason to stop.
  await tell(4, [{ ...line, sensors: [{ ...line?.sensors[0], kind: 'quantum' }] }]);
  await until(() => siteStatus()?.refused?.version === 4);
  expect(siteStatus()?.refused?.reason).toContain('kind');

  await stop();
  await client.publishAsync(topicPath('site', keys), '', { qos: 1, retain: true });
  await start();
  await until(() => statuses.at(-1)?.state === 'online');
  const last = statuses.at(-1);
  expect(last?.state === 'online' && last.lines.map((one) => one.line)).toEqual(['line-1']);
  expect(last?.state === 'online' && last.site).toBe(undefined);
}, 60_000);

test('a kept version that a disk has spoilt, or a file of a later date, is left for the file', async () => {
  await start();
  await until(() => statuses.length > 0);
  await tell(2, linesOf(text).slice(0, 1));
  await until(() => siteStatus()?.version === 2);
  await stop();
  await client.publishAsync(topicPath('site', keys), '', { qos: 1, retain: true });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  writeFileSync(
    join(folder.path, 'site', 'site.geojson'),
    changedSite(text, { validFrom: tomorrow }),
  );
  await start();
  expect(gateway?.ready).toBe('gateway gw-1: 24 sensors on 3 lines');
  await stop();
  writeFileSync(join(folder.path, 'site', 'site.geojson'), '{');
  await start();
  expect(gateway?.ready).toBe('gateway gw-1: 8 sensors on 1 lines');
  await stop();
  writeFileSync(join(folder.path, 'gateway', 'site.json'), '{"half');
  await expect(start()).rejects.toThrow('site.geojson');
}, 60_000);
