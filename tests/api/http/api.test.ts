import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#runtime/clock.ts';
import { ConfigError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { startApi } from '#api/api.ts';
import { ApiConfig } from '#api/config.ts';
import { BrokerConfig } from '#broker/config.ts';
import { startBroker } from '#broker/broker.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const parts = { clock: systemClock, log: silentLog };
const temp = openTempFolder();
const siteFolder = join(temp.path, 'site');
let broker: Awaited<ReturnType<typeof startBroker>>;
let secretFile: string;

beforeAll(async () => {
  writeSmallSite(siteFolder);
  const { credentialsFile, secretFileOf } = await provisionSite(
    temp.path,
    readSiteFolder(siteFolder),
  );
  secretFile = secretFileOf('api');
  broker = await startBroker(
    BrokerConfig.parse({ mqttPort: 0, credentialsFile, siteFolder, logLevel: 'silent' }),
    parts,
  );
});
afterAll(async () => {
  await broker.close();
  temp[Symbol.dispose]();
});

const configOf = (more: object = {}) =>
  ApiConfig.parse({
    siteFolder,
    dataFolder: join(temp.path, 'api'),
    secretFile,
    httpPort: 0,
    brokerUrl: broker.mqttUrl,
    historyEngine: 'memory',
    ...more,
  });

describe('an api process', () => {
  test('is ready once it has its broker, keeps its log over a restart, and lets its port go', async () => {
    const first = await startApi(configOf(), parts);
    await until(async () => (await fetch(`${first.url}/readyz`)).ok);
    const lots = (await (await fetch(`${first.url}/api/v1/lots`)).json()) as {
      lots: { state: string; vacant: number | null; sensedBays: number }[];
    };
    expect(lots.lots).toMatchObject([
      { state: 'noData', vacant: null, sensedBays: 16 },
      { state: 'noData', vacant: null, sensedBays: 16 },
    ]);
    await first.close();
    await expect(fetch(`${first.url}/healthz`)).rejects.toThrow('fetch failed');
    const httpPort = Number(new URL(first.url).port);
    const again = await startApi(configOf({ httpPort }), parts);
    expect(again.url).toBe(first.url);
    await again.close();
  });

  test('answers without a broker, and says that it is not ready', async () => {
    const api = await startApi(configOf({ brokerUrl: 'mqtt://127.0.0.1:1' }), parts);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
    await api.close();
  });

  test('that cannot have its port leaves nothing open behind it', async () => {
    const holder = await startApi(configOf(), parts);
    const httpPort = Number(new URL(holder.url).port);
    const dataFolder = join(temp.path, 'second');
    await expect(startApi(configOf({ httpPort, dataFolder }), parts)).rejects.toThrow(
      `port ${httpPort} of 127.0.0.1 is in use`,
    );
    await holder.close();
    const free = await startApi(configOf({ httpPort, dataFolder }), parts);
    await free.close();
  });

  test('without its secret does not start', async () => {
    const missing = configOf({ secretFile: join(temp.path, 'nowhere') });
    await expect(startApi(missing, parts)).rejects.toThrow(ConfigError);
  });
});
