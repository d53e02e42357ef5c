import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SiteId } from '#contract/ids.ts';
import { GatewaySignsMessage } from '#contract/sign-message.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import { topicPath } from '#contract/topics.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { startSim } from '#firmware-sim/sim.ts';
import type { RunningSim } from '#firmware-sim/sim.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { TestProcess } from '../support/process.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openTestBroker } from '../support/test-broker.ts';
import type { TestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';

/** A real gateway process at a real broker, and displays on pseudo-terminals. */
let folder: ReturnType<typeof openTempFolder>;
let broker: TestBroker;
let sim: RunningSim;
let api: MqttClient;
let gateway: TestProcess;
let serial = 1;
let reports: GatewaySignsMessage[];

const KEYS = { site: 'small', gateway: 'gw-1' } as never;

/** `shared`: on the line of eight bay nodes; `alone`: on a line of its own. */
function withSigns(file: string): void {
  const site = JSON.parse(readFileSync(file, 'utf8')) as {
    features: { geometry: unknown; properties: Record<string, unknown> }[];
  };
  const sign = (id: string, rows: number) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [127.1475, 35.8127] },
    properties: {
      kind: 'sign',
      id,
      name: { ko: '안내' },
      rows: Array.from({ length: rows }, () => ({ lot: 'lot-1', arrow: 'left' })),
      positionQuality: 'surveyed',
    },
  });
  site.features.push(sign('shared', 1), sign('alone', 2));
  const properties = site.features.find(
    (each) => each.properties['kind'] === 'gateway',
  )?.properties;
  const lines = properties?.['lines'] as Record<string, unknown>[];
  Object.assign(lines[0] ?? {}, {
    signs: [{ sign: 'shared', address: 100, rows: [{ number: 0, word: 1 }], expirySeconds: 2 }],
  });
  lines.push({
    id: 'signs',
    port: { kind: 'simulated' },
    baud: 19_200,
    parity: 'none',
    sensors: [],
    signs: [
      {
        sign: 'alone',
        address: 1,
        rows: [
          { number: 16, word: 32 },
          { number: 17, word: 33 },
        ],
        expirySeconds: 64,
        digits: 'bcd',
      },
    ],
  });
  writeFileSync(file, JSON.stringify(site));
}

beforeEach(async () => {
  folder = openTempFolder();
  const site = writeSmallSite(join(folder.path, 'site'), { lots: 1, baysPerLot: 8 });
  withSigns(join(site.folder, 'site.geojson'));
  broker = await openTestBroker(
    { 'gw-1': 'gateway', api: 'api' },
    {
      siteId: 'small' as SiteId,
    },
  );
  sim = await startSim(
    SimConfig.parse({
      siteFolder: site.folder,
      linesFolder: join(folder.path, 'lines'),
      traffic: 'none',
    }),
    { clock: systemClock, log: silentLog },
  );
  writeFileSync(join(folder.path, 'secret'), broker.secretOf('gw-1'), { mode: 0o600 });
  api = await broker.connect('api');
  reports = [];
  api.on('message', (_, bytes) => {
    reports.push(GatewaySignsMessage.parse(JSON.parse(bytes.toString())));
  });
  await api.subscribeAsync(topicPath('gatewaySigns', KEYS));
  gateway = new TestProcess('gateway', 'gateway', {
    BINJARI_SITE_FOLDER: site.folder,
    BINJARI_GATEWAY: 'gw-1',
    BINJARI_LINES_FOLDER: join(folder.path, 'lines'),
    BINJARI_DATA_FOLDER: join(folder.path, 'gateway'),
    BINJARI_BROKER_URL: broker.broker.mqttUrl,
    BINJARI_SECRET_FILE: join(folder.path, 'secret'),
    BINJARI_LOG_LEVEL: 'warn',
  });
  await gateway.start();
});
afterEach(async () => {
  await gateway.kill('SIGKILL');
  await sim.close();
  await broker[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

type Show = SignMessage['rows'][number]['show'];
const number = (vacant: number): Show => ({ kind: 'number', vacant, band: 'moderate' });

async function tell(
  sign: string,
  shows: readonly Show[],
  { retain = true, validForMs = 60_000, wordForMs = 180_000 } = {},
): Promise<void> {
  serial += 1;
  const message = {
    v: 1,
    sign,
    serial,
    publishedAt: Date.now(),
    validForMs,
    wordForMs,
    lastly: 'blank',
    simulated: true,
    brightness: 'day',
    languages: ['ko'],
    form: 'text',
    title: ['안내'],
    rows: shows.map((show) => ({
      lot: 'lot-1',
      arrow: 'left',
      names: ['남부'],
      show,
      cause: 'counted',
    })),
  };
  const path = topicPath('sign', { site: 'small', sign } as never);
  await api.publishAsync(path, JSON.stringify(message), { qos: 1, retain });
}

const shows = (sign: string) => sim.signShows(sign).join(' ');
const reported = (sign: string) => reports.at(-1)?.signs.find((each) => each.sign === sign);

describe('a display on RS-485', { timeout: 60_000 }, () => {
  test('shows what its sign is to show, beside bay nodes and on a line of its own', async () => {
    expect([shows('shared'), shows('alone')]).toEqual(['blank', 'blank blank']);
    // The gateway may not have subscribed yet: the api, too, says it again and again.
    const telling = setInterval(() => {
      void tell('shared', [number(7)]);
      void tell('alone', [number(128), { kind: 'full' }]);
    }, 500);
    await until(() => shows('shared') === 'number:7' && shows('alone') === 'number:128 full', {
      withinMs: 20_000,
    });
    clearInterval(telling);
    const before = performance.now();
    await tell('shared', [{ kind: 'band', band: 'few' }]);
    await until(() => shows('shared') === 'band:few');
    // News does not wait for the next repetition, 5 s after the last write.
    expect(performance.now() - before).toBeLessThan(4_000);
    await until(() => reported('shared')?.rows[0] === 'band:few');
    expect(reported('alone')).toMatchObject({ rows: ['number:128', 'full'], answers: true });
    // The bay nodes of the same line are asked as before.
    const { requests, answers } = sim.counts.lines['gw-1.line-1'] ?? { requests: 0, answers: 0 };
    expect(answers).toBeGreaterThan(8);
    expect(requests - answers).toBeLessThanOrEqual(requests / 10);
  });

  test('goes dark by itself when the gateway is killed', async () => {
    const telling = setInterval(
      () => void tell('shared', [number(7)], { validForMs: 6_000, wordForMs: 9_000 }),
      500,
    );
    await until(() => shows('shared') === 'number:7', { withinMs: 20_000 });
    clearInterval(telling);
    await gateway.kill('SIGKILL');
    const killedAt = performance.now();
    await until(() => shows('shared') === 'blank', { withinMs: 10_000 });
    expect(performance.now() - killedAt).toBeLessThan(6_500);
  });

  test('loses its digits, then its word, when the api says nothing any more', async () => {
    const telling = setInterval(
      () => void tell('shared', [number(7)], { validForMs: 4_000, wordForMs: 8_000 }),
      500,
    );
    await until(() => shows('shared') === 'number:7', { withinMs: 20_000 });
    clearInterval(telling);
    const seen = new Set<string>();
    await until(() => seen.add(shows('shared')).has('blank'), { withinMs: 15_000 });
    expect([...seen]).toEqual(['number:7', 'band:moderate', 'blank']);
    await until(() => reported('shared')?.rows[0] === 'blank');
  });

  test('of a retained message shows where the lot is, and nothing of it', async () => {
    await gateway.kill('SIGKILL');
    await tell('shared', [number(7)]);
    await gateway.start();
    await until(() => shows('shared') !== 'blank', { withinMs: 20_000 });
    expect(shows('shared')).toBe('parking');
    await tell('shared', [number(6)]);
    await until(() => shows('shared') === 'number:6');
  });
});
