import { execFile } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { checkAgainstTruth } from '../support/checker.ts';
import { leave, park, play } from '../support/scenario.ts';
import type { Act } from '../support/scenario.ts';
import { startSystem } from '../support/system.ts';
import type { TestSystem } from '../support/system.ts';
import { POLITELY, until } from '../support/until.ts';
import { built } from '../support/built.ts';

/** Poll period, median and confirmation of a first reading after a gap. */
const LATE_MS = 6_000;
const EARLY_MS = 2_000;

test('an api that lost its disk after a backup has every stay once again, from the gateways’ kept tail', async () => {
  await using system = await startSystem();
  await until(async () => (await statesOf(system)).every((state) => state !== 'unknown'), {
    withinMs: 40_000,
    ...POLITELY,
  });
  const admin = adminOf(system);
  const backup = join(system.folder, 'backup');
  const data = join(system.folder, 'api');
  const gateway = system.gateways.get('gw-2');
  let told = '';
  await play([
    ...traffic(system),
    { atS: 9, run: async () => admin('backup', '--out', backup) },
    // A journal that the backup has never heard of; the gateway stops in order.
    { atS: 18, run: async () => gateway?.kill('SIGTERM') },
    { atS: 18.5, run: async () => gateway?.start() },
    { atS: 31, run: async () => system.api.kill('SIGKILL') },
    {
      atS: 31.5,
      run: async () => {
        rmSync(data, { recursive: true });
        told = await admin('restore', '--from', backup, '--data-folder', data);
        await system.api.start();
      },
    },
  ]);
  expect(told).toContain('restored into');
  await untilSettled(system);

  const result = checkAgainstTruth({
    truth: system.truth(),
    stays: await system.stays(),
    observed: await system.observed(),
    bays: system.site.bays,
    lateMs: LATE_MS,
    earlyMs: EARLY_MS,
    until: Date.now(),
  });
  expect(result.problems).toEqual([]);
  expect(result.edgeBays).toEqual([]);
  expect(result.exact).toBeGreaterThanOrEqual(20);
  // Only what stood while a gateway was started anew.
  expect(result.bridged).toBeLessThanOrEqual(16);
  const metrics = await system.metrics();
  expect(metrics).toContain('binjari_ingest_total{what="lost"} 0');
  expect(metrics).toContain('binjari_ingest_total{what="deadLetters.conflict"} 0');
  expect(await admin('verify')).toContain('the view is what the log says');

  // Told to stop together, all end in order within their time.
  const all = [...system.gateways.values(), system.api, system.broker];
  const stoppedMs = performance.now();
  const codes = await Promise.all(all.map(async (each) => exitOf(each)));
  expect(codes).toEqual(all.map(() => 0));
  expect(performance.now() - stoppedMs).toBeLessThan(10_000);
  // Each file is whole without what SQLite keeps beside it while it is open.
  const folders = [join(data, 'log'), ...system.site.gateways.map((id) => join(system.folder, id))];
  const owed = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('-wal'))
      .map((name) => statSync(join(folder, name)).size),
  );
  expect(owed.filter((bytes) => bytes > 0)).toEqual([]);
}, 240_000);

/** Cars that come and go before the backup, after it, and while there is no api. */
function traffic(system: TestSystem): Act[] {
  const visits: [fromS: number, toS: number][][] = [
    [[1, 24]],
    [
      [0.5, 6],
      [11, 40],
    ],
    [[10, 29]],
    [[26, 34]],
    [[3, 12]],
    [
      [2, 10.5],
      [25, 33],
    ],
    [[32, 41]],
    [],
  ];
  return system.site.bays.flatMap((bay, at) =>
    (visits[at % visits.length] ?? [])
      // Away from the edges of the gap that the gateway's restart leaves.
      .filter(([from, to]) => !bay.startsWith('lot-2-') || [from, to].every((s) => s < 8 || s > 31))
      .flatMap(([from, to]) => [
        park(system, bay, from + (at % 4) * 0.1),
        leave(system, bay, to + (at % 4) * 0.1),
      ]),
  );
}

function adminOf(system: TestSystem) {
  return async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, [...built('admin'), ...args], {
      env: {
        ...process.env,
        BINJARI_URL: system.url,
        BINJARI_OPERATOR_TOKEN_FILE: join(system.folder, 'operator.token'),
      },
    });
    return stdout;
  };
}

async function statesOf(system: TestSystem): Promise<string[]> {
  const lots = await Promise.all(system.site.lots.map(async (lot) => system.liveBays(lot)));
  return lots.flat().map(({ state }) => state);
}

/** Live agrees with the street, and every bay was observed until after the last departure. */
async function untilSettled(system: TestSystem): Promise<void> {
  const last = Math.max(...system.truth().map(({ leftAt }) => leftAt ?? 0));
  await until(
    async () => {
      const watched = new Map<string, number>();
      for (const { bay, until: end } of await system.observed()) {
        watched.set(bay, Math.max(end, watched.get(bay) ?? 0));
      }
      return system.site.bays.every((bay) => (watched.get(bay) ?? 0) > last + LATE_MS);
    },
    { withinMs: 100_000, everyMs: 500 },
  );
}

/** The code with which a process ends that is told to stop. */
async function exitOf(process: TestSystem['api']): Promise<number | null> {
  await process.kill('SIGTERM');
  return process.exitCode;
}
