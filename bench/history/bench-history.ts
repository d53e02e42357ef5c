import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { heatCellsOf } from '#api/history/answers/heat-map.ts';
import { loadDuckdbEngine } from '#api/history/duckdb-view.ts';
import { openInfluxEngine } from '#api/history/influx-view.ts';
import type { LotHour } from '#api/history/history.ts';
import type { BayRow, HistoryView, KeyedStay, ViewEngine } from '#api/history/view.ts';
import { LogId } from '#contract/ids.ts';
import type { LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import { hasInflux, startInflux } from '../../tests/support/influxd.ts';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import { timed } from '../report.ts';
import { bareDuckdb, QUESTIONS } from './bare-duckdb.ts';
import type { Figure, Report, Size } from '../report.ts';
import { bayHistory, FIRST_AT, lotIdOf } from './invented-stays.ts';
import type { City } from './invented-stays.ts';

const logId = LogId.parse('b'.repeat(32));
const DAY_MS = 24 * HOUR_MS;
/** As a view that is made from its log writes them, some thousands at once. */
const STAYS_A_GROUP = 20_000;
const RUNS = 9;

/** Loads a city's stays into each engine and asks the questions that operators ask. */
export async function* benchHistory({ isSmall }: Size): AsyncGenerator<Report> {
  const city: City = isSmall
    ? { lots: 2, baysPerLot: 3, days: 40 }
    : { lots: 100, baysPerLot: 50, days: 180 };
  {
    using folder = openTempFolder();
    yield await measured('DuckDB', city, folder.path, await loadDuckdbEngine(folder.path));
  }
  if (hasInflux) {
    using folder = openTempFolder();
    await using influx = await startInflux();
    const { url, token, dataFolder } = influx;
    const address = { url, token, database: influx.newDatabase() };
    const engine = openInfluxEngine(address, folder.path, logId);
    yield await measured('InfluxDB', city, dataFolder ?? folder.path, engine);
  }
}

async function measured(
  name: string,
  city: City,
  folder: string,
  engine: ViewEngine,
): Promise<Report> {
  const view = await engine.open();
  let [loaded, asked]: [Loaded, Figure[]] = [{ stays: 0, figures: [] }, []];
  try {
    loaded = await load(view, city);
    asked = await ask(view, city, name === 'DuckDB');
  } finally {
    await view.close();
  }
  const sizeMb = bytesBelow(folder) / 1_000_000;
  const bare = name === 'DuckDB' ? await bareDuckdb(folder, city, RUNS) : new Map();
  const { lots, baysPerLot, days } = city;
  return {
    bench: `history in ${name}`,
    about: `${lots * baysPerLot} bays, ${days} days, ${loaded.stays} stays`,
    figures: [
      ...loaded.figures,
      { what: 'size on disk', value: sizeMb, unit: 'MB' },
      ...asked.map((figure) => ({ ...figure, ...bare.get(figure.what) })),
    ],
  };
}

interface Loaded {
  readonly stays: number;
  readonly figures: readonly Figure[];
}

/** As a view is made from its log: lot by lot, its hours behind its bays. */
async function load(view: HistoryView, city: City): Promise<Loaded> {
  let [stayCount, rowCount, writingMs] = [0, 0, 0];
  const nothing = { mark: undefined, lotHours: [], retracted: [], bays: [] };
  const write = async (part: Partial<Parameters<HistoryView['write']>[0]>) => {
    const from = performance.now();
    await view.write({ ...nothing, stays: [], ...part });
    writingMs += performance.now() - from;
  };
  for (let lot = 0; lot < city.lots; lot += 1) {
    const hours = new Map<number, LotHour>();
    let [stays, bays]: [KeyedStay[], BayRow[]] = [[], []];
    for (let place = 0; place < city.baysPerLot; place += 1) {
      const history = bayHistory(city, lot, place, hours);
      for (const stay of history.stays) stays.push(stay);
      bays.push({ bay: history.bay, lot: lotIdOf(lot), fold: '{}', open: undefined });
      stayCount += history.stays.length;
      if (stays.length < STAYS_A_GROUP) continue;
      await write({ stays, bays });
      [stays, bays] = [[], []];
    }
    rowCount += hours.size;
    await write({ stays, bays, lotHours: [...hours.values()] });
  }
  await write({ mark: { logId, position: 1 } });
  const rate = (1_000 * stayCount) / writingMs;
  return {
    stays: stayCount,
    figures: [
      { what: 'stays written', value: rate, unit: 'stays/s' },
      { what: 'hours of lots', value: rowCount, unit: 'rows' },
    ],
  };
}

async function ask(view: HistoryView, city: City, isEmbedded: boolean): Promise<Figure[]> {
  const lots = Array.from({ length: city.lots }, (_, lot) => lotIdOf(lot));
  const [lot] = lots as [LotId];
  const whole = { from: FIRST_AT, to: FIRST_AT + city.days * DAY_MS };
  const month = { from: whole.to - 30 * DAY_MS, to: whole.to };
  const questions: readonly [what: string, atMostMs: number, question: () => Promise<unknown>][] = [
    [QUESTIONS.lotHours, 10, () => view.lotHours(lot, month)],
    [QUESTIONS.cityHours, 30, () => view.summedHours(lots, whole)],
    [QUESTIONS.week, 10, async () => heatCellsOf(await view.lotHours(lot, whole), 'Asia/Seoul')],
    [QUESTIONS.dwell, 50, () => view.dwell(lots, month, [0.5, 0.95])],
    [QUESTIONS.bays, 10, () => view.bays()],
    ['single stays of a lot, 30 days', 30, () => drained(view.stays(month, [lot]))],
  ];
  const figures: Figure[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (const [what, atMost, question] of questions) {
    const { median, spread } = await timed(RUNS, question);
    const bar = isEmbedded ? { bar: { atMost } } : {};
    figures.push({ what, value: median, unit: 'ms', spread, ...bar });
  }
  delay.disable();
  const p99Ms = delay.percentile(99) / 1e6;
  figures.push({ what: 'event loop p99 meanwhile', value: p99Ms, unit: 'ms', bar: { atMost: 20 } });
  return figures;
}

async function drained(rows: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of rows) count += 1;
  return count;
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => lstatSync(join(folder, name)))
    .reduce((sum, { blocks }) => sum + 512 * blocks, 0);
}
