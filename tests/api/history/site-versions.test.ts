import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMemoryEngine } from '#api/history/memory-view.ts';
import { historyOn } from '#api/history/start-history.ts';
import type { RunningHistory } from '#api/history/start-history.ts';
import { placementsOf } from '#api/site/placements.ts';
import type { DatedSite } from '#api/site/placements.ts';
import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { changedSite } from '../../support/changed-site.ts';
import type { SiteChanges } from '../../support/changed-site.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { answersOf } from './answers.ts';
import { MemoryLog } from './memory-log.ts';
import type { Told } from './memory-log.ts';
import { expectedHistory } from './oracle.ts';
import type { ExpectedHistory } from './oracle.ts';
import { randomHistory } from './random-history.ts';
import { BAY, HOUR, LOT, MINUTE, street, T0, Teller } from './street.ts';

const site = street();
const at = (minute: number) => T0 + minute * MINUTE;

function streetWith(changes: SiteChanges): Site {
  using folder = openTempFolder();
  writeSmallSite(folder.path, { lots: 2, baysPerLot: 2 });
  const text = readFileSync(join(folder.path, 'site.geojson'), 'utf8');
  const read = readSite(JSON.parse(changedSite(text, changes)));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.site;
}

const first: DatedSite = { validFrom: 0, site };
const OTHER_LOT = LotId.parse('lot-2');
const moved = streetWith({ movedBays: { 'lot-1-1': 'lot-2' } });
const rewired = streetWith({ rewiredBays: { 'lot-1-1': 'gw-2' } });
const removed = streetWith({ removedBays: ['lot-1-1'] });

function openHistory(versions: readonly DatedSite[], mostRead = Infinity) {
  const eventLog = new MemoryLog({ mostRead });
  const placements = placementsOf(versions);
  const parts = { eventLog, placements, clock: systemClock, log: silentLog };
  return { eventLog, history: historyOn(openMemoryEngine(), parts) };
}

/** What a history says that knew these versions from its beginning. */
async function historyOf(versions: readonly DatedSite[], ...told: readonly Told[]) {
  const { eventLog, history } = openHistory(versions, 1);
  eventLog.commit(told);
  return answersAfterAll(history);
}

async function answersAfterAll(history: RunningHistory): Promise<ExpectedHistory> {
  await history.caughtUp();
  const answers = await answersOf(history, site);
  await history.close();
  return answers;
}

describe('a bay that moves to another lot', () => {
  const versions = [first, { validFrom: at(90), site: moved }];
  const teller = new Teller();
  const told = [
    teller.bay('vacant', at(0)),
    teller.bay('occupied', at(30)),
    teller.observed(at(0), at(180)),
    teller.bay('vacant', at(150)),
  ];

  test('is summed where it was at each instant, and its stay is one', async () => {
    const { lotHours, stays } = await historyOf(versions, ...told);
    const occupied = (lot: LotId) =>
      lotHours
        .filter((hour) => hour.lot === lot)
        .map(({ hourAt, occupiedBayMs }) => [(hourAt - T0) / HOUR, occupiedBayMs / MINUTE]);
    expect(occupied(LOT)).toEqual([
      [0, 30],
      [1, 30],
    ]);
    expect(occupied(OTHER_LOT)).toEqual([
      [1, 30],
      [2, 30],
    ]);
    expect(stays).toMatchObject([
      { lot: LOT, arrivedBefore: at(30), departedBefore: at(150), anomalous: false },
    ]);
    const movements = (lot: LotId, what: 'arrivals' | 'departures') =>
      lotHours.filter((hour) => hour.lot === lot).reduce((sum, hour) => sum + hour[what], 0);
    expect([movements(LOT, 'arrivals'), movements(LOT, 'departures')]).toEqual([1, 0]);
    expect([movements(OTHER_LOT, 'arrivals'), movements(OTHER_LOT, 'departures')]).toEqual([0, 1]);
  });

  test('moves nothing but the place of a sum, whatever happens and in whatever order it comes', async () => {
    const places = fc.integer({ min: -HOUR, max: 40 * HOUR });
    await fc.assert(
      fc.asyncProperty(randomHistory(), places, fc.nat(), async (random, moveMs, changesAt) => {
        const later = placementsOf([first, { validFrom: T0 + moveMs, site: moved }]);
        const { eventLog, history } = openHistory([first], random.mostRead);
        await history.caughtUp();
        for (const [n, commit] of random.commits.entries()) {
          if (n === changesAt % random.commits.length) history.changePlacements(later);
          eventLog.commit(commit);
          await history.caughtUp();
        }
        const incremental = await answersOf(history, site);
        await history.rebuild();
        const rebuilt = await answersAfterAll(history);
        expect(incremental).toEqual(rebuilt);

        const unmoved = expectedHistory(site, random.told);
        expect(sumsOfSite(incremental)).toEqual(sumsOfSite(unmoved));
        expect(incremental.stays.map(withoutLot)).toEqual(unmoved.stays.map(withoutLot));
        expect(incremental.observed).toEqual(unmoved.observed);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a bay that gets another gateway', () => {
  const versions = [first, { validFrom: at(60), site: rewired }];
  // The later owner's journal is the older one: of two gateways' journals that says nothing.
  const [before, after] = [new Teller('gw-1', 7), new Teller('gw-2', 3)];

  test('is believed from each while it was its own, in that order', async () => {
    const { stays, observed } = await historyOf(
      versions,
      before.bay('vacant', at(0)),
      before.bay('occupied', at(10)),
      before.observed(at(0), at(80)),
      before.bay('vacant', at(70)),
      after.bay('occupied', at(20)),
      after.bay('unknown', at(61)),
      after.bay('occupied', at(62)),
      after.observed(at(50), at(120)),
      after.bay('vacant', at(100)),
    );
    expect(stays).toMatchObject([
      { arrivedBefore: at(10), departedBefore: at(100), bridged: true, anomalous: false },
    ]);
    expect(observed).toEqual([{ bay: BAY, from: at(0), until: at(120) }]);
  });

  test('is told otherwise by a version that is given later: what nobody was believed for is adopted', async () => {
    const { eventLog, history } = openHistory([first]);
    eventLog.commit([
      before.bay('vacant', at(0)),
      { ...after.bay('occupied', at(70)), assigned: false },
      { ...after.bay('vacant', at(95)), assigned: false },
    ]);
    await history.caughtUp();
    expect((await answersOf(history, site)).stays).toEqual([]);
    history.changePlacements(placementsOf(versions));
    const { stays } = await answersAfterAll(history);
    expect(stays).toMatchObject([{ arrivedBefore: at(70), departedBefore: at(95) }]);
  });
});

test('a bay that is removed keeps its history, and has none after', async () => {
  const teller = new Teller();
  const { lotHours, stays, observed } = await historyOf(
    [first, { validFrom: at(60), site: removed }],
    teller.bay('vacant', at(0)),
    teller.bay('occupied', at(10)),
    teller.bay('vacant', at(40)),
    teller.observed(at(0), at(90)),
    teller.bay('occupied', at(70)),
  );
  expect(stays).toMatchObject([{ arrivedBefore: at(10), departedBefore: at(40) }]);
  expect(observed).toEqual([{ bay: BAY, from: at(0), until: at(60) }]);
  expect(lotHours).toMatchObject([{ hourAt: T0, observedBayMs: HOUR }]);
});

const withoutLot = (stay: Stay): object => ({ ...stay, lot: undefined });

/** By hour, over all lots. */
function sumsOfSite({ lotHours }: ExpectedHistory): unknown {
  const sums = new Map<number, number[]>();
  for (const { hourAt, lot: _, ...of } of lotHours) {
    const sum = sums.get(hourAt) ?? Object.values(of).map(() => 0);
    const more = Object.values(of);
    sums.set(
      hourAt,
      sum.map((value, n) => value + (more[n] ?? 0)),
    );
  }
  return [...sums].toSorted(([a], [b]) => a - b);
}
