import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { startSystem } from '../support/system.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { POLITELY, until } from '../support/until.ts';
import { readLog } from './history-of.ts';
import { judge } from './oracle.ts';
import { openStand, untilAllIsLogged, untilLiveIsTrue } from './stand.ts';

const QUEUED = 100_000;
/** Of eight bays, each changes every four seconds: no faster than the api takes for cars. */
const QUEUED_EVERY_MS = 500;

describe.concurrent('a long outage', { timeout: 240_000 }, () => {
  test('a link on which everything vanishes is noticed and made anew, and nothing is lost', async () => {
    await using stand = await openStand({ seed: 11, lots: 1, baysPerLot: 8 });
    const network = stand.networks.get('gw-1');
    const before = network?.connects ?? 0;
    network?.set({ kind: 'vanish' });
    await stand.system.sim.ask({ do: 'park', bay: 'lot-1-1' });
    // One and a half keep-alives of 30 s, and the time to be sure.
    await until(() => (network?.connects ?? 0) > before, { withinMs: 75_000, everyMs: 200 });
    network?.set(undefined);
    await untilLiveIsTrue(stand.system);
    await untilAllIsLogged(stand);
    const parked = stand.log().events.filter(({ bay }) => bay === 'lot-1-1');
    expect(parked.map(({ state }) => state)).toEqual(['vacant', 'occupied']);
  });

  test('an adapter that is gone and comes back as another device makes its bays unknown, and nothing twice', async () => {
    await using stand = await openStand({ seed: 12, lots: 1, baysPerLot: 16 });
    const { system, outages } = stand;
    const [line] = system.site.lines;
    if (!line) throw new Error('no line');
    const from = Date.now();
    const [standing = '', leaving = ''] = line.bays;
    await system.sim.ask({ do: 'park', bay: standing });
    await system.sim.ask({ do: 'park', bay: leaving });
    await untilLiveIsTrue(system);
    const dark = Date.now();
    await system.sim.ask({ do: 'unplug', gateway: line.gateway, line: line.line });
    await until(
      async () =>
        (await system.liveBays('lot-1'))
          .filter(({ bay }) => line.bays.includes(bay))
          .every(({ state }) => state === 'unknown'),
      { ...POLITELY, withinMs: 60_000 },
    );
    await system.sim.ask({ do: 'leave', bay: leaving });
    // To drive off takes seconds: a line that is back before would see it, and rightly say so.
    await until(
      () => system.truth().some(({ bay, leftAt }) => bay === leaving && leftAt !== undefined),
      { ...POLITELY, withinMs: 30_000 },
    );
    await system.sim.ask({ do: 'replug', gateway: line.gateway, line: line.line });
    const light = Date.now();
    outages.push({ bays: line.bays, from: dark, to: light, isDark: true });
    await untilLiveIsTrue(system);
    await untilAllIsLogged(stand);
    const verdict = judge({
      bays: line.bays,
      truth: system.truth(),
      log: stand.log(),
      outages,
      from,
      to: light,
    });
    expect(verdict.problems).toEqual([]);
    const stays = (await system.stays()).filter(({ bay }) => line.bays.includes(bay));
    expect(stays).toHaveLength(2);
    expect(stays.find(({ bay }) => bay === standing)).toMatchObject({
      bridged: true,
      departedBefore: null,
    });
    const left = stays.find(({ bay }) => bay === leaving);
    expect(left?.departedAfter).toBeLessThanOrEqual(dark + 1_000);
    expect(left?.departedBefore).toBeGreaterThan(dark);
  });

  test(`after a power cut with ${QUEUED} events queued, the map is live first and every event comes once`, async () => {
    await using system = await startSystem({
      lots: 1,
      baysPerLot: 8,
      prepare: async ({ folder }) => queueUp(join(folder, 'gw-1')),
    });
    const logged = () => readLog(join(system.folder, 'api')).events;
    await until(
      async () => (await system.liveBays('lot-1')).every(({ state }) => state !== 'unknown'),
      { ...POLITELY, withinMs: 60_000 },
    );
    await until(() => logged().length >= QUEUED, { withinMs: 180_000, everyMs: 1_000 });
    const queued = logged().filter(({ order }) => order[0] === 1);
    expect(queued.length).toBe(QUEUED);
    expect(new Set(queued.map(({ key }) => key)).size).toBe(QUEUED);
    const times = queued.map(({ sensedAt }) => sensedAt);
    expect(times.every((at, n) => n === 0 || at >= (times[n - 1] ?? 0))).toBe(true);
  });
});

/** What a gateway's disk holds after a power cut in its next write, in the midst of an outage. */
function queueUp(folder: string): void {
  using temp = openTempFolder();
  const journal = new Journal(temp.path, new WallTime(systemClock, 0), silentLog);
  const begunMono = Math.round(systemClock.monoMs()) - QUEUED * QUEUED_EVERY_MS;
  for (let n = 0; n < QUEUED; n += 1) {
    journal.appendBay({
      bay: BayId.parse(`lot-1-${1 + (n % 8)}`),
      state: Math.floor(n / 8) % 2 === 0 ? 'occupied' : 'vacant',
      cause: 'sensor',
      confidence: 0.9,
      sensedMono: begunMono + QUEUED_EVERY_MS * n,
    });
    if (n % 5_000 === 4_999) journal.flush();
  }
  journal.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const bay = BayId.parse('lot-1-1');
  journal.appendBay({ bay, state: 'vacant', cause: 'sensor', confidence: 0.9, sensedMono: 0 });
  journal.flush();
  const wal = readFileSync(join(temp.path, 'journal.db-wal'));
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(temp.path, 'journal.db'), join(folder, 'journal.db'));
  writeFileSync(join(folder, 'journal.db-wal'), wal.subarray(0, wal.length - 3_000));
  journal.close();
}
