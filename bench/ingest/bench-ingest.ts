import { join } from 'node:path';
import type { HistoryOptions } from '#api/history/start-history.ts';
import { hasInflux, startInflux } from '../../tests/support/influxd.ts';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import { Child } from '../child.ts';
import { runsOf } from '../quantiles.ts';
import type { Figure, Report, Size } from '../report.ts';

interface Plan {
  readonly bays: number;
  readonly rounds: number;
  readonly eventsARound: number;
  readonly offeredMs: number;
  readonly offeredPerS: number;
  readonly viewEvents: number;
  readonly viewPerS: number;
  readonly sizes: readonly number[];
}

const SMALL: Plan = {
  bays: 512,
  rounds: 1,
  eventsARound: 1_000,
  offeredMs: 300,
  offeredPerS: 2_000,
  viewEvents: 2_000,
  viewPerS: 1_000,
  sizes: [512],
};
const FULL: Plan = {
  bays: 5_120,
  rounds: 3,
  eventsARound: 40_000,
  offeredMs: 5_000,
  offeredPerS: 20_000,
  viewEvents: 100_000,
  viewPerS: 2_000,
  sizes: [5_120, 20_480, 102_400],
};

interface Offered {
  readonly perS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly loopP99Ms: number;
  readonly lagMs: number;
}

interface Most {
  readonly ms: number;
  readonly cpuUs: number;
  readonly events: number;
}

/** The way into the log beside the bare library, and the view that follows it. */
export async function* benchIngest(size: Size): AsyncGenerator<Report> {
  const plan = size.isSmall ? SMALL : FULL;
  yield await measuredLog(plan, size);
  yield await measuredView('DuckDB', 'duckdb', 50_000, plan, size);
  if (hasInflux) {
    await using influx = await startInflux();
    const { url, token } = influx;
    const address = { url, token, database: influx.newDatabase() };
    yield await measuredView('InfluxDB', address, 20_000, plan, size);
  }
  yield await grown(plan, size);
}

const opened = (folder: string, bays: number, size: Size): Child =>
  new Child(
    join(import.meta.dirname, 'ingest-child.ts'),
    [folder, String(bays)],
    size.profileFolder,
  );

async function measuredLog(plan: Plan, size: Size): Promise<Report> {
  using folder = openTempFolder();
  const child = opened(folder.path, plan.bays, size);
  try {
    // One of each that is not counted.
    await child.ask<Most>('most', plan.eventsARound);
    await child.ask<number>('bare');
    const rounds: { readonly perS: number; readonly barePerS: number; readonly cpuUs: number }[] =
      [];
    for (let at = 0; at < plan.rounds; at += 1) {
      const { ms, cpuUs, events } = await child.ask<Most>('most', plan.eventsARound);
      const bareMs = await child.ask<number>('bare');
      const perS = (1_000 * events) / ms;
      rounds.push({ perS, barePerS: (1_000 * events) / bareMs, cpuUs: cpuUs / events });
    }
    const asked = { perS: plan.offeredPerS, ms: plan.offeredMs };
    const live = await child.ask<Offered>('offered', asked);
    const untaken = await child.ask<number>('untaken');
    const [perS, barePerS, ratio, cpu] = [
      runsOf(rounds.map((one) => one.perS)),
      runsOf(rounds.map((one) => one.barePerS)),
      runsOf(rounds.map((one) => one.perS / one.barePerS)),
      runsOf(rounds.map((one) => one.cpuUs)),
    ];
    const offered = `at ${plan.offeredPerS} events/s`;
    return {
      bench: 'ingest',
      about: `${plan.bays} bays, ${plan.eventsARound} events a round in batches of 500, parsed, on the disk before acknowledged`,
      figures: [
        {
          what: 'events/s at most',
          value: perS.median,
          spread: perS.spread,
          unit: '/s',
          bare: barePerS.median,
          bar: { atLeast: 20_000 },
        },
        {
          what: 'of the bare library, the same rows in the same groups',
          value: ratio.median,
          spread: ratio.spread,
          unit: '×',
          bar: { atLeast: 0.5 },
        },
        { what: 'CPU of an event', value: cpu.median, spread: cpu.spread, unit: 'µs' },
        { what: `committed, ${offered}`, value: live.perS, unit: '/s' },
        {
          what: `batch to acknowledgement p50, ${offered}`,
          value: live.p50Ms,
          unit: 'ms',
          bar: { atMost: 20 },
        },
        {
          what: `batch to acknowledgement p99, ${offered}`,
          value: live.p99Ms,
          unit: 'ms',
          bar: { atMost: 150 },
        },
        { what: `event loop p99, ${offered}`, value: live.loopP99Ms, unit: 'ms' },
        {
          what: 'refused, dropped or not acknowledged',
          value: untaken,
          unit: '',
          bar: { atMost: 0 },
        },
      ],
    };
  } finally {
    await child.close();
  }
}

async function measuredView(
  name: string,
  engine: HistoryOptions['engine'],
  catchUpAtLeast: number,
  plan: Plan,
  size: Size,
): Promise<Report> {
  using folder = openTempFolder();
  const child = opened(folder.path, plan.bays, size);
  try {
    await child.ask<Most>('most', plan.viewEvents);
    const built = await child.ask<{ ms: number; records: number }>('follow', engine);
    await child.ask('unfollow');
    await child.ask<Most>('most', plan.viewEvents);
    const followed = await child.ask<{ ms: number; records: number }>('follow', engine);
    const asked = { perS: plan.viewPerS, ms: plan.offeredMs };
    const live = await child.ask<Offered>('offered', asked);
    const figures: Figure[] = [
      { what: 'made from the log', value: (1_000 * built.records) / built.ms, unit: 'events/s' },
      {
        what: 'catch-up of a view that was left behind',
        value: (1_000 * (followed.records - built.records)) / followed.ms,
        unit: 'events/s',
        bar: { atLeast: catchUpAtLeast },
      },
      {
        what: `greatest lag at ${plan.viewPerS} events/s`,
        value: live.lagMs,
        unit: 'ms',
        bar: { atMost: 2_000 },
      },
      { what: 'acknowledgement p99 meanwhile', value: live.p99Ms, unit: 'ms' },
      { what: 'event loop p99 meanwhile', value: live.loopP99Ms, unit: 'ms' },
    ];
    return { bench: `view in ${name}`, about: `${plan.viewEvents} events, then as many`, figures };
  } finally {
    await child.close();
  }
}

async function grown(plan: Plan, size: Size): Promise<Report> {
  const cpuUs: number[] = [];
  for (const bays of plan.sizes) {
    using folder = openTempFolder();
    const child = opened(folder.path, bays, size);
    try {
      await child.ask('everyBay');
      await child.ask<Most>('most', plan.eventsARound);
      const runs: number[] = [];
      for (let at = 0; at < plan.rounds; at += 1) {
        const { cpuUs: cpu, events } = await child.ask<Most>('most', plan.eventsARound);
        runs.push(cpu / events);
      }
      cpuUs.push(runsOf(runs).median);
    } finally {
      await child.close();
    }
  }
  return {
    bench: 'ingest, how cost grows',
    about: 'CPU of an event, by the bays of the site',
    figures: [
      ...plan.sizes.map((bays, at) => ({
        what: `${bays} bays`,
        value: cpuUs[at] ?? Number.NaN,
        unit: 'µs',
      })),
      {
        what: 'most bays / fewest',
        value: (cpuUs.at(-1) ?? Number.NaN) / (cpuUs[0] ?? Number.NaN),
        unit: '×',
        bar: { atMost: 1.25 },
      },
    ],
  };
}
