import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { checkAgainstTruth } from '../support/checker.ts';
import { leave, park, play } from '../support/scenario.ts';
import type { Act } from '../support/scenario.ts';
import { startSystem } from '../support/system.ts';
import type { TestSystem } from '../support/system.ts';
import { POLITELY, until } from '../support/until.ts';
import { openViewer, pageVacantOf } from '../support/viewer.ts';
import type { Viewer } from '../support/viewer.ts';

/** A car that stops is on the page within this time, 3 s of which are the confirmation. */
const SHOWN_WITHIN_MS = 6_000;
/** Bay 1 of each lot is for disabled drivers: it is never in the number for any car. */
const OPEN_TO_ANY = 15;

describe('the whole line, from the wire to the page', () => {
  let system: TestSystem;
  let browser: Browser;
  let page: Page;
  let viewer: Viewer;

  beforeAll(async () => {
    system = await startSystem();
    await until(
      async () =>
        (await system.liveLots()).every(({ counts }) => counts.every((c) => c.unknown === 0)),
      { withinMs: 40_000, ...POLITELY },
    );
    browser = await launchBrowser();
    page = await browser.newPage({ locale: 'en-GB' });
    await page.goto(`${system.url}/`);
    viewer = openViewer(system.url);
    await until(() => viewer.vacantOf('lot-1') === OPEN_TO_ANY);
  }, 120_000);

  afterAll(async () => {
    viewer?.close();
    await browser?.close();
    await system?.[Symbol.asyncDispose]();
  });

  test('a car that stops is on API, WebSocket and page within 6 s, and leaves likewise', async () => {
    for (const [act, vacant] of [
      ['park', OPEN_TO_ANY - 1],
      ['leave', OPEN_TO_ANY],
    ] as const) {
      const beganAt = performance.now();
      await system.sim.ask({ do: act, bay: 'lot-1-5' });
      const shownAfter = await Promise.all([
        elapsedUntil(beganAt, async () => (await apiVacantOf(system, 'lot-1')) === vacant),
        elapsedUntil(beganAt, async () => viewer.vacantOf('lot-1') === vacant),
        elapsedUntil(beganAt, async () => (await pageVacantOf(page, 'Test lot 1')) === vacant),
      ]);
      for (const ms of shownAfter) {
        expect(ms).toBeLessThan(SHOWN_WITHIN_MS);
        expect(ms).toBeGreaterThan(2_000);
      }
    }
  });

  test('a disabled driver’s bay that falls vacant or full does not change the number for any car', async () => {
    await system.sim.ask({ do: 'park', bay: 'lot-2-1' });
    await until(async () => (await system.liveBays('lot-2'))[0]?.state === 'occupied', POLITELY);
    expect(await apiVacantOf(system, 'lot-2')).toBe(OPEN_TO_ANY);
    expect(await pageVacantOf(page, 'Test lot 2')).toBe(OPEN_TO_ANY);
    await system.sim.ask({ do: 'leave', bay: 'lot-2-1' });
    await until(async () => (await system.liveBays('lot-2'))[0]?.state === 'vacant', POLITELY);
  });

  test('after half a minute of coming and going all three say what truly happened', async () => {
    await play(rush(system));
    const standing = () =>
      new Set(system.truth().flatMap(({ bay, leftAt }) => (leftAt === undefined ? [bay] : [])));
    for (const lot of system.site.lots) {
      const trueVacant = system.site.bays.filter(
        (bay) => bay.startsWith(`${lot}-`) && bay !== `${lot}-1` && !standing().has(bay),
      ).length;
      const name = `Test lot ${lot.slice(4)}`;
      await until(async () => (await apiVacantOf(system, lot)) === trueVacant, POLITELY);
      await until(async () => viewer.vacantOf(lot) === trueVacant);
      await until(async () => (await pageVacantOf(page, name)) === trueVacant);
      const bays = await system.liveBays(lot);
      expect(bays.map(({ bay, state }) => [bay, state === 'occupied'])).toEqual(
        bays.map(({ bay }) => [bay, standing().has(bay)]),
      );
    }
    const lastAt = Math.max(...system.truth().map((stay) => stay.leftAt ?? stay.stoppedAt));
    await until(
      async () => (await system.observed()).every((span) => span.until > lastAt + 6_000),
      { withinMs: 90_000, everyMs: 500 },
    );
    const result = checkAgainstTruth({
      truth: system.truth(),
      stays: await system.stays(),
      observed: await system.observed(),
      bays: system.site.bays,
      lateMs: 6_000,
      earlyMs: 2_000,
      until: Date.now(),
    });
    expect(result.problems).toEqual([]);
    expect(result.edgeBays).toEqual([]);
    expect(result.exact).toBeGreaterThanOrEqual(system.site.bays.length);
  }, 180_000);

  test('the page says what it is: a simulation, for as long as it is open', async () => {
    expect(await page.getByText('Simulation – not real parking').isVisible()).toBe(true);
  });
});

/** Every bay has a visit, every third one a second; none is shorter than the detector can see. */
function rush(system: TestSystem): Act[] {
  return system.site.bays.flatMap((bay, at) => {
    const fromS = (at * 7) % 11;
    const visits = [park(system, bay, fromS), leave(system, bay, fromS + 9 + (at % 5))];
    if (at % 3 === 0) visits.push(park(system, bay, fromS + 24));
    return visits;
  });
}

async function elapsedUntil(beganAt: number, shown: () => Promise<boolean>): Promise<number> {
  await until(shown, { withinMs: 2 * SHOWN_WITHIN_MS, ...POLITELY });
  return performance.now() - beganAt;
}

async function apiVacantOf(system: TestSystem, lot: string): Promise<number | null> {
  const answer = await fetch(`${system.url}/api/v1/lots/${lot}`);
  const { lot: said } = (await answer.json()) as { lot: { vacant: number | null } };
  return said.vacant;
}
