import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { encodeRequest, responseLength } from '#contract/modbus.ts';
import type { Site } from '#contract/site-check.ts';
import { polledKinds } from '#gateway/bus/polled-kinds.ts';
import { simulatedLinePath } from '#runtime/line-path.ts';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import { inventedCityFile } from '../invented-city.ts';
import { Program } from '../program.ts';
import type { Built } from '../../tests/support/built.ts';
import { runsOf } from '../quantiles.ts';
import type { Report, Size } from '../report.ts';
import { benchCatchUp } from './catch-up.ts';

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

/** deploy/systemd/binjari-gateway@.service. */
const AS_A_SERVICE = '--max-semi-space-size=2 --v8-pool-size=1';

/** A gateway at its daily work, and when it is connected again after an outage. */
export async function* benchEdge(size: Size): AsyncGenerator<Report> {
  yield await measuredAtWork(size);
  yield await benchCatchUp(size);
}

/** One gateway with lines of 32 nodes at 115200 baud and 1 Hz, over real pseudo-terminals. */
async function measuredAtWork(size: Size): Promise<Report> {
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
        NODE_OPTIONS: AS_A_SERVICE,
        BINJARI_GATEWAY: 'gw-1',
        BINJARI_DATA_FOLDER: join(folder, 'gw-1'),
        BINJARI_SECRET_FILE: secretFileOf('gw-1'),
      },
      true,
    );
    const answersNow = async () => {
      const { counts } = await sim.ask<{ counts: SimCounts }>({ do: 'counts' });
      return Object.values(counts.lines).reduce((sum, { answers }) => sum + answers, 0);
    };
    const { core, perThousand, rate } = await measured(gateway, answersNow, plan);
    const memoryMb = gateway.rssBytes / 1_000_000;
    await gateway.stop();
    const bare = new Program(
      bareOf(site, shared.BINJARI_LINES_FOLDER),
      { NODE_OPTIONS: AS_A_SERVICE },
      undefined,
    );
    running.push(bare);
    await bare.ready;
    const least = await measured(bare, answersNow, plan);
    return {
      bench: 'edge',
      about: `a gateway with ${bays} bays on lines of 32 nodes at 115200 baud and 1 Hz, ${plan.rounds} rounds of ${plan.roundMs / 1_000} s`,
      figures: [
        {
          what: 'CPU, of one core',
          value: core.median,
          bare: least.core.median,
          spread: core.spread,
          unit: '%',
          bar: { atMost: 15 },
        },
        {
          what: 'memory of the process',
          value: memoryMb,
          bare: bare.rssBytes / 1_000_000,
          unit: 'MB',
          bar: { atMost: 90 },
        },
        {
          what: 'CPU of 1,000 samples, everything included',
          value: perThousand.median,
          bare: least.perThousand.median,
          spread: perThousand.spread,
          unit: 'ms',
          bar: { atMost: 100 },
        },
        {
          what: 'answers of nodes',
          value: rate.median,
          bare: least.rate.median,
          spread: rate.spread,
          unit: '/s',
        },
      ],
    };
  } finally {
    for (const program of running.toReversed()) await program.stop();
  }
}

/** Rounds of one process that asks the nodes. `answersNow`: of all nodes since their start. */
async function measured(
  program: Program,
  answersNow: () => Promise<number>,
  { settleMs, rounds, roundMs }: Plan,
) {
  await pass(settleMs);
  const [cores, perThousandMs, perS]: [number[], number[], number[]] = [[], [], []];
  for (let at = 0; at < rounds; at += 1) {
    const [from, cpu, answers] = [performance.now(), program.cpuUs, await answersNow()];
    await pass(roundMs);
    const [took, cpuMs] = [performance.now() - from, (program.cpuUs - cpu) / 1_000];
    const answered = (await answersNow()) - answers;
    cores.push((100 * cpuMs) / took);
    perThousandMs.push((1_000 * cpuMs) / answered);
    perS.push((1_000 * answered) / took);
  }
  return { core: runsOf(cores), perThousand: runsOf(perThousandMs), rate: runsOf(perS) };
}

/** The same nodes at the same pace, by the bare library. */
function bareOf({ gateways }: Site, linesFolder: string): readonly string[] {
  const [gateway] = gateways;
  if (gateway === undefined) throw new Error('a gateway is there');
  const { id, lines } = gateway.properties;
  const { fc, register, count } = polledKinds.pbn1.block;
  const requests = (lines[0]?.sensors ?? []).map((_, at) =>
    Buffer.from(encodeRequest({ address: at + 1, fc, register, count })).toString('hex'),
  );
  const asked = {
    paths: lines.map((line) => simulatedLinePath(linesFolder, id, line.id)),
    requests,
    answerBytes: responseLength({ address: 1, fc, register, count }),
    everyMs: 1_000,
  };
  return ['bench/edge/bare-child.mjs', JSON.stringify(asked)];
}
