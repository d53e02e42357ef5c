import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { provisionSite } from '#runtime/provisioning.ts';
import { SITE_FILE } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import { Child } from '../child.ts';
import { inventedCity, inventedCityFile } from '../invented-city.ts';
import type { CitySize } from '../invented-city.ts';
import { Program } from '../program.ts';
import { runsOf } from '../quantiles.ts';
import type { Figure, Report, Size } from '../report.ts';

interface Plan {
  readonly bays: number;
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly roundMs: number;
  readonly changesPerS: number;
}

const SMALL: Plan = { bays: 512, sizes: [512], rounds: 1, roundMs: 400, changesPerS: 200 };
const FULL: Plan = {
  bays: 100_000,
  sizes: [1_000, 10_000, 100_000],
  rounds: 3,
  roundMs: 10_000,
  changesPerS: 2_000,
};
const [BAYS_A_LOT, BAYS_A_GATEWAY] = [250, 256];
/** bench/viewers/street-child.ts. */
const BAYS_A_STREET_GATEWAY = 250;
const COALESCE_MS = 200;
const EVENTS_A_SECOND = 20_000;
const SNAPSHOTS = 9;

/** All bays of a city in one api: its memory, a snapshot, changes, and its way back. */
export async function* benchCity(size: Size): AsyncGenerator<Report> {
  const plan = size.isSmall ? SMALL : FULL;
  const cpuUsOf: number[] = [];
  for (const bays of plan.sizes) {
    const { figures, cpuUs } = await measuredLive(bays, plan, size);
    cpuUsOf.push(cpuUs);
    if (bays !== plan.sizes.at(-1)) continue;
    yield {
      bench: 'city in memory',
      about: `${bays} bays in ${Math.ceil(bays / BAYS_A_LOT)} lots, ${plan.changesPerS} changes/s`,
      figures,
    };
  }
  yield await measuredReturn(plan, size);
  yield {
    bench: 'city, how cost grows',
    about: 'CPU of a change in live state and its frames, by the bays of the city',
    figures: [
      ...plan.sizes.map((bays, at) => ({
        what: `${bays} bays`,
        value: cpuUsOf[at] ?? Number.NaN,
        unit: 'µs',
      })),
      {
        what: 'most bays / fewest',
        value: (cpuUsOf.at(-1) ?? Number.NaN) / (cpuUsOf[0] ?? Number.NaN),
        unit: '×',
        bar: { atMost: 1.25 },
      },
    ],
  };
}

async function measuredLive(
  bays: number,
  plan: Plan,
  size: Size,
): Promise<{ figures: Figure[]; cpuUs: number }> {
  const lots = Math.ceil(bays / BAYS_A_LOT);
  using temp = openTempFolder();
  writeCity(temp.path, { bays, baysPerLot: BAYS_A_LOT, baysPerGateway: BAYS_A_STREET_GATEWAY });
  const child = new Child(
    join(import.meta.dirname, '..', 'viewers', 'street-child.ts'),
    [bays, lots, COALESCE_MS, plan.changesPerS, temp.path].map(String),
    size.profileFolder,
  );
  try {
    const cpuUsIn = async () => {
      const from = await child.ask<number>('cpuUs');
      await pass(plan.roundMs);
      return (await child.ask<number>('cpuUs')) - from;
    };
    const countsOf = async () => child.ask<{ changed: number; loopP99Ms: number }>('counts');
    await child.ask('change', true);
    await pass(plan.roundMs);
    await child.ask('change', false);
    const [costs, rates, loops]: [number[], number[], number[]] = [[], [], []];
    for (let at = 0; at < plan.rounds; at += 1) {
      const idleUs = await cpuUsIn();
      await child.ask('change', true);
      const [from, before] = [performance.now(), await countsOf()];
      const busyUs = await cpuUsIn();
      const after = await countsOf();
      const changes = after.changed - before.changed;
      rates.push((1_000 * changes) / (performance.now() - from));
      await child.ask('watchLoop', true);
      await pass(plan.roundMs);
      loops.push((await countsOf()).loopP99Ms);
      await child.ask('watchLoop', false);
      await child.ask('change', false);
      costs.push((busyUs - idleUs) / changes);
    }
    const shots: { readonly lotsMs: number; readonly baysMs: number; readonly bytes: number }[] =
      [];
    for (let at = 0; at < SNAPSHOTS; at += 1) shots.push(await child.ask('snapshotMs'));
    const { siteBytes, liveBytes } = await child.ask<{ siteBytes: number; liveBytes: number }>(
      'footprint',
    );
    const [cost, rate, loop] = [runsOf(costs), runsOf(rates), runsOf(loops)];
    const [lotsShot, baysShot] = [
      runsOf(shots.map(({ lotsMs }) => lotsMs)),
      runsOf(shots.map(({ baysMs }) => baysMs)),
    ];
    const mb = (bytes: number) => bytes / 1_000_000;
    const figures: Figure[] = [
      {
        what: 'memory of the site and its live state',
        value: mb(siteBytes + liveBytes),
        unit: 'MB',
        bar: { atMost: 300 },
      },
      {
        what: 'of it the live state, loaded',
        value: mb(liveBytes),
        unit: 'MB',
        bar: { atMost: 300 },
      },
      {
        what: 'snapshot of all lots',
        value: lotsShot.median,
        spread: lotsShot.spread,
        unit: 'ms',
        bar: { atMost: 100 },
      },
      {
        what: `snapshots of all bays, ${Math.round(mb(shots[0]?.bytes ?? 0))} MB`,
        value: baysShot.median,
        spread: baysShot.spread,
        unit: 'ms',
      },
      {
        what: 'changes',
        value: rate.median,
        spread: rate.spread,
        unit: '/s',
        bar: { atLeast: 0.95 * plan.changesPerS },
      },
      { what: 'CPU of a change', value: cost.median, spread: cost.spread, unit: 'µs' },
      { what: 'event loop p99 meanwhile', value: loop.median, spread: loop.spread, unit: 'ms' },
    ];
    return { figures, cpuUs: cost.median };
  } finally {
    await child.close();
  }
}

function writeCity(folder: string, city: CitySize): void {
  writeFileSync(join(folder, SITE_FILE), JSON.stringify(inventedCityFile(city)));
}

/** A real api process over a log that knows a state of every bay: started, started again. */
async function measuredReturn(plan: Plan, size: Size): Promise<Report> {
  using temp = openTempFolder();
  const folder = temp.path;
  const [siteFolder, dataFolder] = [join(folder, 'site'), join(folder, 'api')];
  for (const each of [siteFolder, dataFolder]) mkdirSync(each);
  const city = { bays: plan.bays, baysPerLot: BAYS_A_LOT, baysPerGateway: BAYS_A_GATEWAY };
  writeCity(siteFolder, city);
  const filling = new Child(
    join(import.meta.dirname, '..', 'ingest', 'ingest-child.ts'),
    [dataFolder, String(plan.bays)],
    undefined,
  );
  try {
    const ms = (1_100 * plan.bays) / EVENTS_A_SECOND;
    await filling.ask('offered', { perS: EVENTS_A_SECOND, ms });
  } finally {
    await filling.close();
  }
  // The broker need not be there for an api to come back.
  const few = { ...city, bays: 1 };
  const { secretFileOf } = await provisionSite(folder, inventedCity(few));
  const httpPort = await freePort();
  const env = {
    BINJARI_SITE_FOLDER: siteFolder,
    BINJARI_DATA_FOLDER: dataFolder,
    BINJARI_HTTP_PORT: String(httpPort),
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${await freePort()}`,
    BINJARI_SECRET_FILE: secretFileOf('api'),
    BINJARI_LOG_LEVEL: 'error',
  };
  const startedMs: number[] = [];
  let rssBytes = 0;
  // The first start takes the site in and makes the view: it is no return.
  for (let at = -1; at < plan.rounds; at += 1) {
    const from = performance.now();
    const api = new Program('api', env, at < 0 ? undefined : size.profileFolder);
    try {
      await api.ready;
      const answer = await fetch(`http://127.0.0.1:${httpPort}/api/v1/live?channel=lots`);
      if (!answer.ok) throw new Error(`live: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
      if (at >= 0) startedMs.push(performance.now() - from);
      rssBytes = api.rssBytes;
    } finally {
      await api.stop();
    }
  }
  const back = runsOf(startedMs);
  return {
    bench: 'city, after a restart',
    about: `an api process with ${plan.bays} bays, from its start to its first snapshot`,
    figures: [
      {
        what: 'started, read and answered',
        value: back.median / 1_000,
        spread: [back.spread[0] / 1_000, back.spread[1] / 1_000],
        unit: 's',
        bar: { atMost: 10 },
      },
      { what: 'memory of the whole process then', value: rssBytes / 1_000_000, unit: 'MB' },
    ],
  };
}
