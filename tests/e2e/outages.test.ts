import { describe, expect, test } from 'vitest';
import { deadlines } from '#contract/deadlines.ts';
import { ShownAnswer } from '#contract/history.ts';
import { anyCarCountsOf } from '#contract/headline.ts';
import { launchBrowser } from '../support/browser.ts';
import { checkAgainstTruth } from '../support/checker.ts';
import type { CheckResult } from '../support/checker.ts';
import { leave, park, play } from '../support/scenario.ts';
import type { Act } from '../support/scenario.ts';
import { startSystem } from '../support/system.ts';
import type { TestSystem } from '../support/system.ts';
import { POLITELY, until } from '../support/until.ts';
import { openViewer, pageVacantOf } from '../support/viewer.ts';

/**
 * Each outage lasts 60 s while cars come and go, in a system of real processes; afterwards the
 * history is held against what the simulator made happen.
 */
const OUTAGE_S = 60;
const BAYS_A_LOT = 16;
/** Poll period, median and confirmation of a first reading after a gap. */
const LATE_MS = 6_000;
const EARLY_MS = 2_000;
/** The api's deadline, the last report's way, and a look every 200 ms. */
const UNKNOWN_WITHIN_MS = deadlines.apiUnknownMs + 2_000;

describe.concurrent('after 60 s', { timeout: 240_000 }, () => {
  test('without the broker, history has every stay once with its own times', async () => {
    await using system = await startSystem();
    await untilWatched(system);
    const witness = await openWitness(system);
    let darkAt = 0;
    await play([
      ...traffic(system),
      ...outageOf(system, 'broker'),
      { atS: 21, run: async () => witness.watch(system.site.lots) },
      // Nothing changes on the street for seconds before and after.
      { atS: 56, run: async () => void (darkAt = Date.now()) },
    ]);
    // A second after the kill the watch began.
    expect(witness.nothingShownAfterMs).toBeLessThan(UNKNOWN_WITHIN_MS);
    await untilSettled(system);
    await witness.untilShownAgain(system.site.lots);
    await witness.close();

    const result = await check(system);
    expect(result.problems).toEqual([]);
    expect(result.edgeBays).toEqual([]);
    expect(result.exact).toBeGreaterThanOrEqual(20);
    expect(result.bridged + result.bounded).toBe(0);
    for (const lot of system.site.lots) await expectLearnedLater(system, lot, darkAt);
  });

  test('without the api, history has every stay once with its own times', async () => {
    await using system = await startSystem();
    await untilWatched(system);
    const witness = await openWitness(system);
    await play([
      ...traffic(system),
      ...outageOf(system, 'api'),
      { atS: 20.1, run: async () => witness.watchForLoss() },
    ]);
    expect(witness.lossSaidAfterMs).toBeLessThan(deadlines.pageLostMs + 1_000);
    await untilSettled(system);
    await witness.untilShownAgain(system.site.lots);
    await witness.close();

    const result = await check(system);
    expect(result.problems).toEqual([]);
    expect(result.exact).toBeGreaterThanOrEqual(20);
    expect(result.bridged + result.bounded).toBe(0);
  });

  test('without a line and without a gateway, their bays were unknown and nothing is invented', async () => {
    await using system = await startSystem();
    await untilWatched(system);
    const [line] = system.site.lines;
    const dead = system.site.lines.filter(({ gateway }) => gateway === 'gw-2');
    const unwatched = [...(line?.bays ?? []), ...dead.flatMap(({ bays }) => bays)];
    const gateway = system.gateways.get('gw-2');
    const where = { gateway: line?.gateway, line: line?.line };
    const witness = await openWitness(system);
    let unknownAfterMs = Number.POSITIVE_INFINITY;
    let downAt = 0;
    let upAt = 0;
    await play([
      ...traffic(system),
      {
        atS: 20,
        run: async () => {
          downAt = Date.now();
          const since = performance.now();
          await system.sim.ask({ do: 'unplug', ...where });
          await gateway?.kill('SIGKILL');
          void (async () => {
            await until(async () => (await unknownBays(system)).length === unwatched.length, {
              withinMs: 40_000,
              everyMs: 200,
            });
            unknownAfterMs = performance.now() - since;
          })();
          witness.watch(['lot-2']);
        },
      },
      {
        atS: 20 + OUTAGE_S,
        run: async () => {
          upAt = Date.now();
          await system.sim.ask({ do: 'replug', ...where });
          await gateway?.start();
        },
      },
    ]);
    expect(unknownAfterMs).toBeLessThan(UNKNOWN_WITHIN_MS);
    expect(witness.nothingShownAfterMs).toBeLessThan(UNKNOWN_WITHIN_MS);
    await untilSettled(system);
    await witness.untilShownAgain(system.site.lots);
    await witness.close();

    const result = await check(system);
    expect(result.problems).toEqual([]);
    expect(result.bridged).toBeGreaterThanOrEqual(1);
    expect(result.unobservable).toBeGreaterThanOrEqual(1);
    await expectGapsOnly(system, unwatched, { from: downAt, to: upAt });
  });
});

/**
 * Cars that come and go before, in and after the outage (20 s to 80 s): every lot has stays that
 * begin and end on each side of its edges, and one that stands through.
 */
function traffic(system: TestSystem): Act[] {
  const visits: [fromS: number, toS: number][][] = [
    [[1, 110]],
    [
      [2, 33],
      [52, 100],
    ],
    [
      [30, 45],
      [60, 72],
    ],
    [[8, 108]],
    [
      [3, 40],
      [60, 105],
    ],
    [[35, 102]],
    [[99, 112]],
    [[28, 40]],
  ];
  return system.site.bays.flatMap((bay, at) =>
    (visits[at % visits.length] ?? []).flatMap(([fromS, toS]) => [
      park(system, bay, fromS + (at % 5) * 0.2),
      leave(system, bay, toS + (at % 5) * 0.2),
    ]),
  );
}

function outageOf(system: TestSystem, name: 'broker' | 'api'): Act[] {
  return [
    { atS: 20, run: async () => system[name].kill('SIGKILL') },
    { atS: 20 + OUTAGE_S, run: async () => system[name].start() },
  ];
}

/** Somebody at the page and at the WebSocket, who notes how long a number outlives its source. */
async function openWitness(system: TestSystem) {
  const browser = await launchBrowser();
  const page = await browser.newPage({ locale: 'en-GB' });
  await page.goto(`${system.url}/`);
  const viewer = openViewer(system.url);
  const nameOf = (lot: string) => `Test lot ${lot.slice(4)}`;
  const witness = {
    nothingShownAfterMs: Number.POSITIVE_INFINITY,
    watch: (lots: readonly string[]): void => {
      const since = performance.now();
      void (async () => {
        await until(
          async () => {
            const shown = await Promise.all(
              lots.map(async (lot) => pageVacantOf(page, nameOf(lot))),
            );
            const known = lots.filter((lot) => viewer.unknownOf(lot) !== BAYS_A_LOT);
            return known.length === 0 && shown.every((vacant) => vacant === undefined);
          },
          { withinMs: 40_000, everyMs: 200 },
        );
        witness.nothingShownAfterMs = performance.now() - since;
      })();
    },
    lossSaidAfterMs: Number.POSITIVE_INFINITY,
    watchForLoss: (): void => {
      const since = performance.now();
      void (async () => {
        await until(async () => page.getByText('Connection lost').first().isVisible());
        witness.lossSaidAfterMs = performance.now() - since;
      })();
    },
    untilShownAgain: async (lots: readonly string[]): Promise<void> => {
      for (const lot of lots) {
        await until(async () => {
          const live = (await system.liveLots()).find((each) => each.lot === lot);
          const vacant = live && anyCarCountsOf(live.counts).vacant;
          return vacant !== undefined && (await pageVacantOf(page, nameOf(lot))) === vacant;
        }, POLITELY);
      }
    },
    close: async (): Promise<void> => {
      viewer.close();
      await browser.close();
    },
  };
  return witness;
}

/** What a lot's page and sign said in the outage was nothing; what was true then is known by now. */
async function expectLearnedLater(system: TestSystem, lot: string, at: number): Promise<void> {
  const instant = new Date(at).toISOString();
  const answer = await system.operator(`/api/v1/operator/lots/${lot}/shown?at=${instant}`);
  const { page, known, history, bays } = ShownAnswer.parse(JSON.parse(answer));
  expect(page).toMatchObject({ vacant: null, freshness: 'none', cause: 'noData' });
  expect(known).toEqual({ vacant: 0, occupied: 0, unknown: BAYS_A_LOT });
  const standing = system
    .truth()
    .filter(({ stoppedAt, leftAt = Infinity }) => stoppedAt <= at && leftAt > at);
  const isOccupied = new Set(standing.map(({ bay }) => bay));
  const isStanding = ({ bay }: { readonly bay: string }) => isOccupied.has(bay);
  const occupied = bays.filter(isStanding).length;
  expect(history).toEqual({ occupied, vacant: BAYS_A_LOT - occupied, unknown: 0 });
  expect(bays.filter(({ state }) => state === 'occupied')).toEqual(bays.filter(isStanding));
  expect(bays.filter(({ learnedLater }) => learnedLater).length).toBeGreaterThanOrEqual(3);
}

async function unknownBays(system: TestSystem): Promise<string[]> {
  const lots = await Promise.all(system.site.lots.map(async (lot) => system.liveBays(lot)));
  return lots.flat().flatMap(({ bay, state }) => (state === 'unknown' ? [bay] : []));
}

/** Every bay is known live, and history has begun. */
async function untilWatched(system: TestSystem): Promise<void> {
  await until(async () => (await unknownBays(system)).length === 0, {
    withinMs: 40_000,
    ...POLITELY,
  });
}

/** Every bay is live again and agrees with the street, and the view holds the last departure. */
async function untilSettled(system: TestSystem): Promise<void> {
  const standing = () =>
    new Set(system.truth().flatMap(({ bay, leftAt }) => (leftAt === undefined ? [bay] : [])));
  await until(
    async () => {
      const lots = await Promise.all(system.site.lots.map(async (lot) => system.liveBays(lot)));
      return lots
        .flat()
        .every(({ bay, state }) => state === (standing().has(bay) ? 'occupied' : 'vacant'));
    },
    { withinMs: 45_000, everyMs: 200 },
  );
  const last = Math.max(...system.truth().map(({ leftAt }) => leftAt ?? 0));
  await until(
    async () => {
      const observed = await system.observed();
      const watchedUntil = new Map<string, number>();
      for (const { bay, until: end } of observed) {
        watchedUntil.set(bay, Math.max(end, watchedUntil.get(bay) ?? 0));
      }
      return system.site.bays.every((bay) => (watchedUntil.get(bay) ?? 0) > last + LATE_MS);
    },
    { withinMs: 90_000, everyMs: 500 },
  );
}

async function check(system: TestSystem): Promise<CheckResult> {
  return checkAgainstTruth({
    truth: system.truth(),
    stays: await system.stays(),
    observed: await system.observed(),
    bays: system.site.bays,
    lateMs: LATE_MS,
    earlyMs: EARLY_MS,
    until: Date.now(),
  });
}

/** Coverage has one gap where nothing was watched, about as long as the outage, and no other. */
async function expectGapsOnly(
  system: TestSystem,
  unwatched: readonly string[],
  outage: { from: number; to: number },
): Promise<void> {
  const observed = await system.observed();
  const gaps = system.site.bays.flatMap((bay) => {
    const spans = observed.filter((span) => span.bay === bay).toSorted((a, b) => a.from - b.from);
    return spans.slice(1).map((span, at) => ({ bay, from: spans[at]?.until ?? 0, to: span.from }));
  });
  expect(gaps.map(({ bay }) => bay).toSorted()).toEqual(unwatched.toSorted());
  for (const gap of gaps) {
    // The mark of a killed gateway is at most 10 s old, and a confirmation is not yet observed.
    expect(gap.from).toBeGreaterThan(outage.from - 15_000);
    expect(gap.from).toBeLessThanOrEqual(outage.from + 1_000);
    expect(gap.to).toBeGreaterThanOrEqual(outage.to);
    expect(gap.to).toBeLessThan(outage.to + 25_000);
  }
}
