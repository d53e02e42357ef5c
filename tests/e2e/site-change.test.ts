import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SiteAnswer } from '#contract/http.ts';
import { SiteAppliedAnswer } from '#contract/site-change.ts';
import { checkAgainstTruth } from '../support/checker.ts';
import { operatorOf } from '../support/operator.ts';
import { leave, park, play } from '../support/scenario.ts';
import type { Act } from '../support/scenario.ts';
import { startSystem } from '../support/system.ts';
import type { TestSystem } from '../support/system.ts';
import { changedSite } from '../support/changed-site.ts';
import { until } from '../support/until.ts';

const BAYS_A_LOT = 52;
const REMOVED = ['lot-1-3', 'lot-3-49', 'lot-3-50', 'lot-3-51', 'lot-3-52'];

/** While 208 bays change, a bay, a line and a bay's lot change too, and then change back. */
test('a site file is applied and rolled back while 208 bays change: nothing is lost, nothing doubled', async () => {
  await using system = await startSystem({ lots: 4, baysPerLot: BAYS_A_LOT });
  const operator = operatorOf(system.url, join(system.folder, 'operator.token'));
  await until(
    async () =>
      (await system.liveLots()).every(({ counts }) => counts.every((c) => c.unknown === 0)),
    { withinMs: 60_000, everyMs: 200 },
  );
  const running = join(system.site.folder, 'site.geojson');
  const next = join(system.folder, 'next.geojson');
  writeFileSync(
    next,
    changedSite(readFileSync(running, 'utf8'), {
      removedBays: REMOVED,
      movedBays: { 'lot-2-5': 'lot-1' },
    }),
  );
  const revisions: string[] = [];
  const sensedBays: Record<string, number>[] = [];
  const note = async () => {
    revisions.push(
      SiteAnswer.parse(await (await fetch(`${system.url}/api/v1/site`)).json()).revision,
    );
    const lots = await system.liveLots();
    sensedBays.push(
      Object.fromEntries(
        lots.map(({ lot, counts }) => [
          lot,
          counts.reduce(
            (sum, { vacant, occupied, unknown }) => sum + vacant + occupied + unknown,
            0,
          ),
        ]),
      ),
    );
  };
  await note();
  await play([
    ...rush(system),
    {
      atS: 13,
      run: async () => {
        const body = readFileSync(next, 'utf8');
        const applied = await operator.post('/api/v1/operator/site/apply?author=test', body);
        expect(SiteAppliedAnswer.parse(applied)).toMatchObject({
          version: { version: 2, running: true },
          diff: {
            kinds: {
              bays: { removed: REMOVED, moved: ['lot-2-5 (lot lot-2 → lot-1)'] },
              lines: { removed: ['gw-3 line-7'] },
            },
          },
        });
        await note();
      },
    },
    {
      atS: 24,
      run: async () => {
        const applied = await operator.post('/api/v1/operator/site/rollback?version=1');
        expect(SiteAppliedAnswer.parse(applied).version).toMatchObject({ version: 3 });
        await note();
      },
    },
  ]);
  expect(sensedBays).toEqual([
    { 'lot-1': 52, 'lot-2': 52, 'lot-3': 52, 'lot-4': 52 },
    { 'lot-1': 52, 'lot-2': 51, 'lot-3': 48, 'lot-4': 52 },
    { 'lot-1': 52, 'lot-2': 52, 'lot-3': 52, 'lot-4': 52 },
  ]);
  expect(revisions[0]).toBe(revisions[2]);
  expect(revisions[1]).not.toBe(revisions[0]);

  const lastAt = Math.max(...system.truth().map((stay) => stay.leftAt ?? stay.stoppedAt));
  await until(
    async () => {
      const watched = (await system.observed()).filter(({ until: to }) => to > lastAt + 6_000);
      return new Set(watched.map(({ bay }) => bay)).size === system.site.bays.length;
    },
    { withinMs: 90_000, everyMs: 1_000 },
  );
  const [truth, stays, observed] = [system.truth(), await system.stays(), await system.observed()];
  const checked = (bays: readonly string[]) =>
    checkAgainstTruth({
      truth,
      stays,
      observed,
      bays,
      lateMs: 6_000,
      earlyMs: 2_000,
      until: Date.now(),
    });
  const untouched = system.site.bays.filter((bay) => !REMOVED.includes(bay));
  const result = checked(untouched);
  expect(result.problems).toEqual([]);
  expect(result.edgeBays).toEqual([]);
  expect(result.bridged + result.bounded + result.unobservable).toBe(0);
  expect(result.exact).toBeGreaterThanOrEqual(untouched.length);
  expect(gapsOf(observed, untouched)).toEqual([]);

  expect(checked(REMOVED).problems).toEqual([]);
  expect(new Set(gapsOf(observed, REMOVED))).toEqual(new Set(REMOVED));
  expect(stays.filter(({ bay }) => bay === 'lot-1-3').length).toBeGreaterThan(0);
  const lotsOfMoved = stays.filter(({ bay }) => bay === 'lot-2-5').map(({ lot }) => lot);
  expect(new Set(lotsOfMoved)).toEqual(new Set(['lot-2', 'lot-1']));
}, 240_000);

/** Every bay has a visit before the site changes or across it, and a second one after. */
function rush(system: TestSystem): Act[] {
  return system.site.bays.flatMap((bay, at) => {
    const fromS = (at * 7) % 11;
    return [
      park(system, bay, fromS),
      leave(system, bay, fromS + 7),
      park(system, bay, fromS + 14),
      leave(system, bay, fromS + 24),
    ];
  });
}

/** Bays that were watched in more than one span. */
function gapsOf(observed: readonly { readonly bay: string }[], bays: readonly string[]): string[] {
  return bays.filter((bay) => observed.filter((span) => span.bay === bay).length > 1);
}
