import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTempFolder } from '../../support/temp-folder.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { LogId } from '#contract/ids.ts';
import { answersOf } from './answers.ts';
import { MemoryLog } from './memory-log.ts';
import { historyIn } from './open-history.ts';
import { expectedHistory } from './oracle.ts';
import { longHistory } from './random-history.ts';
import { BAY, street, T0, Teller } from './street.ts';

const CHILD = fileURLToPath(new URL('following.ts', import.meta.url));

test('a view that is closed between commits goes on where it stood', async () => {
  using folder = openTempFolder();
  const site = street();
  const { told, commits } = longHistory(11);
  const eventLog = new MemoryLog();
  const quarter = Math.ceil(commits.length / 4);
  for (let from = 0; from < commits.length; from += quarter) {
    const history = await historyIn(folder.path, eventLog, site);
    for (const commit of commits.slice(from, from + quarter)) {
      eventLog.commit(commit);
      if (commit.length % 2 === 0) await history.caughtUp();
    }
    await history.close();
  }
  const history = await historyIn(folder.path, eventLog, site);
  await history.caughtUp();
  expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
  await history.close();
});

test(
  'a view whose process is killed in the middle of its work loses and doubles nothing',
  { timeout: 60_000 },
  async () => {
    using folder = openTempFolder();
    const siteFolder = join(folder.path, 'site');
    writeSmallSite(siteFolder, { lots: 2, baysPerLot: 2 });
    const site = readSiteFolder(siteFolder);
    const viewFolder = join(folder.path, 'view');
    const seed = 12;
    const { told, commits } = longHistory(seed);
    let committed = 0;
    for (const untilCommit of [3, 41, 90].filter((at) => at < commits.length)) {
      const args = ['--import', 'tsx', CHILD, siteFolder, viewFolder, String(seed)];
      const child = spawn(process.execPath, [...args, String(committed)], {
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
    const history = await historyIn(viewFolder, eventLog, site);
    await history.caughtUp();
    expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
    await history.close();
  },
);

test('a view of another log is made again from this one', async () => {
  using folder = openTempFolder();
  const site = street();
  const other = new MemoryLog({ logId: LogId.parse('b'.repeat(32)) });
  const teller = new Teller();
  other.commit([teller.bay('vacant', T0), teller.bay('occupied', T0 + 1)]);
  const before = await historyIn(folder.path, other, site);
  await before.caughtUp();
  await before.close();

  const eventLog = new MemoryLog();
  const told = [new Teller().bay('occupied', T0 + 5, BAY)];
  eventLog.commit(told);
  const history = await historyIn(folder.path, eventLog, site);
  await history.caughtUp();
  expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
  await history.close();
});

test('a view is made again when its log was put back to an older copy', async () => {
  using folder = openTempFolder();
  const site = street();
  const teller = new Teller();
  const told = [teller.bay('vacant', T0), teller.bay('occupied', T0 + 1)];
  const whole = new MemoryLog();
  whole.commit(told);
  const before = await historyIn(folder.path, whole, site);
  await before.caughtUp();
  await before.close();

  const restored = new MemoryLog();
  restored.commit(told.slice(0, 1));
  const history = await historyIn(folder.path, restored, site);
  await history.caughtUp();
  expect(await answersOf(history, site)).toEqual(expectedHistory(site, told.slice(0, 1)));
  await history.close();
});

test('a view is made again when a bay has moved to another lot', async () => {
  using folder = openTempFolder();
  const site = street();
  const moved = {
    ...site,
    bays: site.bays.map((bay) => {
      const { properties } = bay;
      const lot =
        properties.id === BAY ? (site.lots[1]?.properties.id ?? properties.lot) : properties.lot;
      return { ...bay, properties: { ...properties, lot } };
    }),
  };
  const teller = new Teller();
  const told = [teller.bay('vacant', T0), teller.observed(T0, T0 + 1_000)];
  const eventLog = new MemoryLog();
  eventLog.commit(told);
  const before = await historyIn(folder.path, eventLog, site);
  await before.caughtUp();
  await before.close();
  const history = await historyIn(folder.path, eventLog, moved);
  await history.caughtUp();
  expect(await answersOf(history, moved)).toEqual(expectedHistory(moved, told));
  await history.close();
});
