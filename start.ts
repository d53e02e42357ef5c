import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { renderUnicodeCompact } from 'uqr';
import { startApi } from '#api/api.ts';
import { ApiConfig } from '#api/config.ts';
import type { SimulatedPast } from '#api/past/lay-in.ts';
import { BrokerConfig } from '#broker/config.ts';
import { startBroker } from '#broker/broker.ts';
import type { Site } from '#contract/site-check.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { readScenarioOf, startSim } from '#firmware-sim/sim.ts';
import { pastTraffic } from '#firmware-sim/traffic.ts';
import { GatewayConfig } from '#gateway/config.ts';
import { startGateway } from '#gateway/gateway.ts';
import { takeDataFolder } from '#runtime/data-folder.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import { runMain } from '#runtime/main.ts';
import { provisionSite, API_CLIENT } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';

/** The whole system in one process: what a street, a laptop or a first look needs. */
const StartConfig = z.object({
  site: z.string().default('seeds/jeonju').describe('folder with site.geojson: the street to run'),
  data: z
    .string()
    .default('')
    .describe('folder for everything that is kept; default data/<site id>'),
  httpPort: z.int().min(0).max(65_535).default(8080).describe('port of page and HTTP interface'),
  mqttPort: z.int().min(0).max(65_535).default(1883).describe('port of the broker, on loopback'),
  lan: z.boolean().default(false).describe('serve the page to the local network, with a QR code'),
  seed: z.int().optional().describe('seed of the simulated traffic; else that of the site folder'),
  speed: z
    .number()
    .min(0.01)
    .max(10_000)
    .default(1)
    .describe('times faster than life the simulated cars come and go'),
  replay: z
    .string()
    .default('')
    .describe('CSV of stays (bay, arrivedAt, departedAt) to replay instead of seeded traffic'),
  historyUrl: z
    .string()
    .default('')
    .describe('InfluxDB for history, http://HOST:8086/DATABASE; empty: embedded'),
  historyTokenFile: z.string().default('').describe('file with the token for historyUrl'),
  pastDays: z
    .int()
    .min(0)
    .max(90)
    .default(28)
    .describe('days of invented history that a simulated street begins with; 0: none'),
  record: z
    .string()
    .default('')
    .describe('folder for traces of what the sensors said, to be replayed; docs/traces.md'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('warn')
    .describe('least level that is logged'),
});

/** A step that closes a whole process part has as long as they all have together. */
const DAY_MS = 86_400_000;
const WHOLE_PROCESS = { withinMs: 8_000 } as const;

// `--lan` alone means yes; the other flags carry a value.
process.argv = process.argv.map((argument) => (argument === '--lan' ? '--lan=true' : argument));

await runMain({
  name: 'start',
  component: 'binjari',
  about: 'broker, simulator, gateways and api of one site in one process',
  schema: StartConfig,
  check: ({ site }) => readScenarioOf(site, ''),
  start: startAll,
});

async function startAll(
  config: z.infer<typeof StartConfig>,
  parts: { readonly clock: Clock; readonly log: Log },
) {
  const siteFolder = config.site;
  const site = readSiteFolder(siteFolder);
  const data = config.data === '' ? join('data', site.header.site) : config.data;
  const linesFolder = join(data, 'lines');
  const { logLevel } = config;
  const closers = new Closers();
  const folder = takeDataFolder(data, 'data');
  closers.add('data folder', () => folder.release());
  try {
    const { credentialsFile, secretFileOf } = await provisionSite(data, site);
    const broker = await startBroker(
      BrokerConfig.parse({ mqttPort: config.mqttPort, credentialsFile, siteFolder, logLevel }),
      parts,
    );
    closers.add('broker', () => broker.close());
    const brokerUrl = broker.mqttUrl;

    const api = await startApi(
      ApiConfig.parse({
        siteFolder,
        dataFolder: join(data, 'api'),
        httpHost: config.lan ? '0.0.0.0' : '127.0.0.1',
        httpPort: config.httpPort,
        brokerUrl,
        id: API_CLIENT,
        secretFile: secretFileOf(API_CLIENT),
        operatorTokenFile: join(data, 'operator.token'),
        historyUrl: config.historyUrl,
        historyTokenFile: config.historyTokenFile,
        logLevel,
      }),
      { ...parts, ...pastOf(config, site) },
    );
    closers.add('api', () => api.close(), WHOLE_PROCESS);

    if (site.simulated) {
      const truthFile = join(data, 'truth.jsonl');
      const { seed, speed, replay: replayFile } = config;
      const sim = await startSim(
        SimConfig.parse({ siteFolder, linesFolder, truthFile, seed, speed, replayFile, logLevel }),
        parts,
      );
      closers.add('simulator', () => sim.close());
    }

    for (const { properties } of site.gateways) {
      const gateway = await startGateway(
        GatewayConfig.parse({
          siteFolder,
          gateway: properties.id,
          linesFolder,
          dataFolder: join(data, properties.id),
          brokerUrl,
          secretFile: secretFileOf(properties.id),
          recordFolder: config.record,
          logLevel,
        }),
        parts,
      );
      closers.add(`gateway ${properties.id}`, () => gateway.close(), WHOLE_PROCESS);
    }
    return { ready: welcome(site, api.url, data, config.lan), close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** A first look at history shall not be at nothing; a street with real sensors has only its own. */
function pastOf(
  { site: siteFolder, pastDays, seed, replay }: z.infer<typeof StartConfig>,
  site: Site,
): { readonly past?: SimulatedPast } {
  if (!site.simulated || pastDays === 0 || replay !== '') return {};
  const { simulation } = readScenarioOf(siteFolder, '', site);
  const traffic = pastTraffic(site, simulation, seed);
  const lengthMs = pastDays * DAY_MS;
  return { past: { lengthMs, visits: (bay, from) => traffic.visits(bay, from) } };
}

/** Where to look, as a person reads it. */
function welcome(site: Site, url: string, data: string, lan: boolean): string {
  const [language = 'en'] = site.header.languages;
  const name = site.header.name[language] ?? site.header.site;
  const { port } = new URL(url);
  // "Every address" is none that a browser can open.
  const here = lan ? `http://127.0.0.1:${port}` : url;
  const lines = [
    '',
    `  빈자리 Binjari · ${name}${site.simulated ? ' · simulated street, not real parking' : ''}`,
    '',
    `  page       ${here}/`,
    `  interface  ${here}/docs`,
    `  health     ${here}/readyz`,
    `  data       ${data}`,
  ];
  for (const address of lan ? lanAddresses() : []) {
    const there = `http://${address}:${port}/`;
    lines.push('', `  for phones in this network: ${there}`, '', renderUnicodeCompact(there));
  }
  return [...lines, '', '  Ctrl-C stops everything.', ''].join('\n');
}

function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
