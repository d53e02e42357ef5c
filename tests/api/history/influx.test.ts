import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { influxAddressOf } from '#api/history/influx-address.ts';
import type { InfluxAddress } from '#api/history/influx-address.ts';
import { openInfluxEngine } from '#api/history/influx-view.ts';
import { historyOn } from '#api/history/start-history.ts';
import type { ViewEngine } from '#api/history/view.ts';
import { placementsOf } from '#api/site/placements.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { hasInflux, startInflux } from '../../support/influxd.ts';
import type { TestInflux } from '../../support/influxd.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { answersOf, EVER } from './answers.ts';
import { openBreakingProxy } from './breaking-proxy.ts';
import type { Fate } from './breaking-proxy.ts';
import { MemoryLog } from './memory-log.ts';
import { historyIn } from './open-history.ts';
import { expectedHistory } from './oracle.ts';
import { longHistory } from './random-history.ts';
import { LOT, street } from './street.ts';

const CHILD = fileURLToPath(new URL('following.ts', import.meta.url));

describe('the address of an InfluxDB', () => {
  test('names server and database', () => {
    const address = { url: 'http://history:8086', database: 'jeonju', token: 'a' };
    expect(influxAddressOf('http://history:8086/jeonju/', 'a')).toEqual(address);
    expect(influxAddressOf('https://history', undefined).database).toBe('binjari');
  });

  test.each([
    ['history:8086', 'expected http:// or https://'],
    ['somewhere', 'expected http://HOST:8086/DATABASE'],
    ['http://me:secret@history:8086', 'set historyTokenFile'],
    ['http://history:8086/a/b', 'expected a database of letters'],
  ])('is refused: %s', (text, why) => {
    expect(() => influxAddressOf(text, undefined)).toThrow(why);
  });
});

describe.runIf(hasInflux)('a view in InfluxDB', () => {
  let influx: TestInflux;
  beforeAll(async () => {
    influx = await startInflux();
  });
  afterAll(() => influx[Symbol.asyncDispose]());

  const addressOf = (url: string): InfluxAddress => ({
    url,
    database: influx.newDatabase(),
    token: influx.token,
  });

  test(
    'whose process is killed in the middle of its work loses and doubles nothing',
    { timeout: 60_000 },
    async () => {
      using folder = openTempFolder();
      const siteFolder = join(folder.path, 'site');
      writeSmallSite(siteFolder, { lots: 2, baysPerLot: 2 });
      const site = readSiteFolder(siteFolder);
      const viewFolder = join(folder.path, 'view');
      const address = addressOf(influx.url);
      const seed = 22;
      const { told, commits } = longHistory(seed);
      let committed = 0;
      for (const untilCommit of [5, 33, 70]) {
        const args = ['--import', 'tsx', CHILD, siteFolder, viewFolder, String(seed)];
        const at = `${address.url}/${address.database}`;
        const child = spawn(process.execPath, [...args, String(committed), at], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const gone = once(child, 'exit');
        for await (const line of createInterface({ input: child.stdout })) {
          committed = Number(line);
          if (committed >= untilCommit) child.kill('SIGKILL');
        }
        await gone;
      }
      expect(committed).toBeGreaterThan(40);
      const eventLog = new MemoryLog();
      for (const commit of commits) eventLog.commit(commit);
      const history = await historyIn(viewFolder, eventLog, site, address);
      await history.caughtUp();
      expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
      await history.close();
    },
  );

  test('that goes away delays answers and no more: it catches up when it is back', async () => {
    using folder = openTempFolder();
    const site = street();
    const { told, commits } = longHistory(23);
    const eventLog = new MemoryLog();
    const half = Math.floor(commits.length / 2);
    for (const commit of commits.slice(0, half)) eventLog.commit(commit);
    const own = await startInflux();
    const address = { url: own.url, database: own.newDatabase(), token: own.token };
    const history = await historyIn(folder.path, eventLog, site, address);
    await history.caughtUp();
    await own.kill();
    for (const commit of commits.slice(half)) eventLog.commit(commit);
    await until(() => history.status().failed?.includes('InfluxDB'));
    await expect(history.lotHours(LOT, EVER)).rejects.toMatchObject({ code: 'view_not_ready' });
    await own.start();
    await history.caughtUp();
    expect(history.status()).toMatchObject({ failed: undefined, rebuilding: false });
    expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
    await history.close();
    await own[Symbol.asyncDispose]();
  });

  test.each<Fate>(['refuse', 'drop', 'swallow'])(
    'is whole again whichever request meets its end by "%s"',
    async (fate) => {
      using folder = openTempFolder();
      const site = street();
      const { told, commits } = longHistory(24);
      const eventLog = new MemoryLog();
      const proxy = await openBreakingProxy(influx.url);
      // One request in three: in the middle of groups, between them, while a view is opened.
      proxy.fateOf = (request) => (request % 3 === 1 && request < 150 ? fate : 'pass');
      const engine = impatient(openInfluxEngine(addressOf(proxy.url), folder.path, eventLog.logId));
      const placements = placementsOf([{ validFrom: 0, site }]);
      const parts = { eventLog, placements, clock: systemClock, log: silentLog };
      const history = historyOn(engine, parts);
      for (const commit of commits.slice(0, 60)) {
        eventLog.commit(commit);
        if (proxy.count < 150) await until(() => history.status().position > 0 || proxy.count > 9);
      }
      for (const commit of commits.slice(60)) eventLog.commit(commit);
      proxy.fateOf = () => 'pass';
      await history.caughtUp();
      expect(proxy.count).toBeGreaterThan(9);
      expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
      await history.close();
      await proxy.close();
    },
  );
});

/** Nobody waits out a back-off here: an engine that cannot be opened is tried again at once. */
function impatient(engine: ViewEngine): ViewEngine {
  return {
    ...engine,
    async open() {
      for (let left = 20; ; left -= 1) {
        try {
          return await engine.open();
        } catch (error) {
          if (left === 0) throw error;
        }
      }
    },
  };
}
