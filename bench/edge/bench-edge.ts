import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import { inventedCityFile } from '../invented-city.ts';
import { Program } from '../program.ts';
import type { Built } from '../../tests/support/built.ts';
import { runsOf } from '../quantiles.ts';
import type { Report, Size } from '../report.ts';

interface Plan {
  readonly bays: number;
  readonly settleMs: number;
  readonly rounds: number;
  readonly roundMs: number;
}

const SMALL: Plan = { bays: 32, settleMs: 1_500, rounds: 1, roundMs: 2_000 };
/** Every sensor learns its floor first; what runs for long is measured behind that. */
const FULL: Plan = { bays: 256, settleMs: 15_000, rounds: 3, roundMs: 10_000 };

interface SimCounts {
  readonly lines: Readonly<Record<string, { readonly requests: number; readonly answers: number }>>;
}

/** One gateway with lines of 32 nodes at 115200 baud and 1 Hz, over real pseudo-terminals. */
export async function benchEdge(size: Size): Promise<readonly Report[]> {
  const plan = size.isSmall ? SMALL : FULL;
  using temp = openTempFolder();
  const folder = temp.path;
  const siteFolder = join(folder, 'site');
  mkdirSync(siteFolder);
  const { bays } = plan;
  const file = inventedCityFile({ bays, baysPerLot: bays, baysPerGateway: bays });
  writeFileSync(join(siteFolder, 'site.geojson'), JSON.stringify(file));
  const site = readSiteFolder(siteFolder);
  const { credentialsFile, secretFileOf } = await provisionSite(folder, site);
  const mqttPort = await freePort();
  const shared = {
    BINJARI_SITE_FOLDER: siteFolder,
    BINJARI_LINES_FOLDER: join(folder, 'lines'),
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${mqttPort}`,
    BINJARI_LOG_LEVEL: 'error',
  };
  const running: Program[] = [];
  const start = async (built: Built, env: Readonly<Record<string, string>>, profiled = false) => {
    const program = new Program(
      built,
      { ...shared, ...env },
      profiled ? size.profileFolder : undefined,
    );
    running.push(program);
    await program.ready;
    return program;
  };
  try {
    await start('broker', {
      BINJARI_MQTT_PORT: String(mqttPort),
      BINJARI_CREDENTIALS_FILE: credentialsFile,
    });
    await start('api', {
      BINJARI_HTTP_PORT: String(await freePort()),
      BINJARI_DATA_FOLDER: join(folder, 'api'),
      BINJARI_SECRET_FILE: secretFileOf('api'),
      BINJARI_OPERATOR_TOKEN_FILE: join(folder, 'operator.token'),
    });
    const sim = await start('sim', { BINJARI_CONTROL: 'stdin' });
    const gateway = await start(
      'gateway',
      {
        BINJARI_GATEWAY: 'gw-1',
        BINJARI_DATA_FOLDER: join(folder, 'gw-1'),
        BINJARI_SECRET_FILE: secretFileOf('gw-1'),
      },
      true,
    );
    const samplesOf = async () => {
      const { counts } = await sim.ask<{ counts: SimCounts }>({ do: 'counts' });
      return Object.values(counts.lines).reduce((sum, { answers }) => sum + answers, 0);
    };
    await pass(plan.settleMs);
    const [cores, perThousandMs, perS]: [number[], number[], number[]] = [[], [], []];
    for (let at = 0; at < plan.rounds; at += 1) {
      const [from, cpu, samples] = [performance.now(), gateway.cpuUs, await samplesOf()];
      await pass(plan.roundMs);
      const [took, cpuMs] = [performance.now() - from, (gateway.cpuUs - cpu) / 1_000];
      const sampled = (await samplesOf()) - samples;
      cores.push((100 * cpuMs) / took);
      perThousandMs.push((1_000 * cpuMs) / sampled);
      perS.push((1_000 * sampled) / took);
    }
    const [core, perThousand, rate] = [runsOf(cores), runsOf(perThousandMs), runsOf(perS)];
    return [
      {
        bench: 'edge',
        about: `a gateway with ${bays} bays on lines of 32 nodes at 115200 baud and 1 Hz, ${plan.rounds} rounds of ${plan.roundMs / 1_000} s`,
        figures: [
          {
            what: 'CPU, of one core',
            value: core.median,
            spread: core.spread,
            unit: '%',
            bar: { atMost: 15 },
          },
          {
            what: 'memory of the process',
            value: gateway.rssBytes / 1_000_000,
            unit: 'MB',
            bar: { atMost: 90 },
          },
          {
            what: 'CPU of 1,000 samples, everything included',
            value: perThousand.median,
            spread: perThousand.spread,
            unit: 'ms',
            bar: { atMost: 100 },
          },
          { what: 'answers of nodes', value: rate.median, spread: rate.spread, unit: '/s' },
        ],
      },
    ];
  } finally {
    for (const program of running.toReversed()) await program.stop();
  }
}
