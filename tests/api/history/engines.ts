import { afterAll, beforeAll } from 'vitest';
import { loadDuckdbEngine } from '#api/history/duckdb-view.ts';
import { openInfluxEngine } from '#api/history/influx-view.ts';
import { openMemoryEngine } from '#api/history/memory-view.ts';
import type { HistoryView, ViewEngine } from '#api/history/view.ts';
import { hasInflux, startInflux } from '../../support/influxd.ts';
import type { TestInflux } from '../../support/influxd.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { logId } from './view-rows.ts';

interface TestedEngine {
  readonly engine: string;
  readonly load: (folder: string) => Promise<ViewEngine>;
}

/** What every engine of the view must do is held against each; an engine joins by one more row. */
export function testedEngines(): readonly TestedEngine[] {
  let influx: TestInflux | undefined;
  beforeAll(async () => {
    if (hasInflux) influx = await startInflux();
  });
  afterAll(() => influx?.[Symbol.asyncDispose]());

  function openInflux(folder: string): Promise<ViewEngine> {
    if (!influx) throw new Error('no InfluxDB was started');
    const { url, token } = influx;
    const database = influx.newDatabase();
    return Promise.resolve(openInfluxEngine({ url, database, token }, folder, logId));
  }

  return [
    { engine: 'memory', load: () => Promise.resolve(openMemoryEngine()) },
    { engine: 'DuckDB', load: loadDuckdbEngine },
    ...(hasInflux ? [{ engine: 'InfluxDB', load: openInflux }] : []),
  ];
}

/** Works with a new view in a new folder. */
export async function usingView(
  load: TestedEngine['load'],
  work: (view: HistoryView) => Promise<void>,
): Promise<void> {
  using folder = openTempFolder();
  const engine = await load(folder.path);
  const view = await engine.open();
  try {
    await work(view);
  } finally {
    await view.close();
  }
}
