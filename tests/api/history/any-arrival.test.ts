import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InfluxAddress } from '#api/history/influx-address.ts';
import { placementsOf } from '#api/site/placements.ts';
import { startHistory } from '#api/history/start-history.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { hasInflux, startInflux } from '../../support/influxd.ts';
import type { TestInflux } from '../../support/influxd.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { answersOf } from './answers.ts';
import { MemoryLog } from './memory-log.ts';
import { expectedHistory } from './oracle.ts';
import { randomHistory } from './random-history.ts';
import type { RandomHistory } from './random-history.ts';
import { street } from './street.ts';

const site = street();
let influx: TestInflux | undefined;
beforeAll(async () => {
  if (hasInflux) influx = await startInflux();
});
afterAll(() => influx?.[Symbol.asyncDispose]());

const ENGINES = [
  { engine: 'memory', numRuns: 1_000 },
  { engine: 'duckdb', numRuns: 25 },
  ...(hasInflux ? [{ engine: 'influxdb', numRuns: 25 } as const] : []),
] as const;

/** Lets a history follow the commits, and answers what it says then and what a rebuild says. */
async function followed(
  name: (typeof ENGINES)[number]['engine'],
  { commits, mostRead }: RandomHistory,
) {
  const engine = name === 'influxdb' ? influxAddress() : name;
  using folder = openTempFolder();
  const eventLog = new MemoryLog({ mostRead });
  const history = await startHistory({
    eventLog,
    placements: placementsOf([{ validFrom: 0, site }]),
    folder: folder.path,
    engine,
    clock: systemClock,
    log: silentLog,
  });
  try {
    await history.caughtUp();
    for (const commit of commits) {
      eventLog.commit(commit);
      await history.caughtUp();
    }
    const incremental = await answersOf(history, site);
    await history.rebuild();
    return { incremental, rebuilt: await answersOf(history, site) };
  } finally {
    await history.close();
  }
}

function influxAddress(): InfluxAddress {
  if (!influx) throw new Error('no InfluxDB was started');
  const { url, token } = influx;
  return { url, token, database: influx.newDatabase() };
}

describe.each(ENGINES)('history in $engine', ({ engine, numRuns }) => {
  test('answers what the rules say, in whatever order records arrive', async () => {
    await fc.assert(
      fc.asyncProperty(randomHistory(), async (random) => {
        const expected = expectedHistory(site, random.told);
        const { incremental, rebuilt } = await followed(engine, random);
        expect(incremental).toEqual(expected);
        expect(rebuilt).toEqual(expected);
      }),
      { numRuns },
    );
  });
});
