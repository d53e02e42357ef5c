import { expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { openSenses } from '#firmware-sim/node/senses.ts';
import { CLEAR } from '#firmware-sim/scenario.ts';
import { stayOf } from '#firmware-sim/world/manoeuvre.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { Street } from '#firmware-sim/world/street.ts';
import { openSurroundings } from '#firmware-sim/world/surroundings.ts';
import { drawVehicle } from '#firmware-sim/world/vehicle.ts';
import type { Vehicle } from '#firmware-sim/world/vehicle.ts';
import { Bank } from '#gateway/sense/bank.ts';
import type { Decision } from '#gateway/sense/detector.ts';

const MOUNT_MM = 2_600;
const LASTS_MS = 180_000;
const scenario = {
  ...CLEAR,
  peoplePerHour: 0,
  cartsPerHour: 0,
  passingCarsPerHour: 0,
  passingTrucksPerHour: 0,
  twoWheelerShare: 0,
};

interface Act {
  readonly at: number;
  readonly bay: number;
  /** undefined: it leaves. */
  readonly comes: Vehicle | undefined;
}

interface Traffic {
  readonly bays: number;
  /** How long a car stands and how long its bay is free: at least, and how much more. */
  readonly staysMs: readonly [number, number];
  readonly freeMs: readonly [number, number];
}

const RUSH: Traffic = { bays: 8, staysMs: [7_000, 4_000], freeMs: [7_000, 4_000] };
/** Few at once, so that a field creeps for long by what others do, and is not at rest when a car comes. */
const SHORT: Traffic = { bays: 32, staysMs: [8_500, 24_000], freeMs: [8_500, 22_000] };

/** Cars that are there at once and gone at once, in every bay all the time. */
function comeAndGo(seed: number, { bays, staysMs, freeMs }: Traffic): Act[] {
  const random = openRandom(seed, 'rush');
  const acts = Array.from({ length: bays }, (_, bay) => {
    const draws = openRandom(seed, `vehicles/${bay}`);
    const own: Act[] = [];
    let at = 4_000 + 4_000 * random();
    while (at < LASTS_MS) {
      own.push({ at, bay, comes: drawVehicle(draws, MOUNT_MM, scenario) });
      at += staysMs[0] + staysMs[1] * random();
      own.push({ at, bay, comes: undefined });
      at += freeMs[0] + freeMs[1] * random();
    }
    return own;
  });
  return acts.flat().toSorted((a, b) => a.at - b.at);
}

/** What nodes that have just been switched on make of it, asked once a second. */
function watch(seed: number, acts: readonly Act[], bays: number): readonly (readonly Decision[])[] {
  const street = new Street();
  const surroundings = openSurroundings({ scenario, seed, timeZone: 'Asia/Seoul' });
  const startsAt = Date.parse(scenario.startsAt);
  const world = { street, surroundings, streetTimeAt: (at: number) => startsAt + at };
  const idOf = (at: number) => BayId.parse(`bay-${at}`);
  const beside = (bay: number) => [bay - 1, bay + 1].filter((at) => at >= 0 && at < bays);
  const places = Array.from({ length: bays }, (_, bay) => ({
    bay: idOf(bay),
    lot: 'lot',
    mountMm: MOUNT_MM,
    along: bay,
    neighbours: beside(bay).map(idOf),
  }));
  const nodes = places.map((place) => openSenses({ world, place, compensates: true }));
  const parameters = { mountMm: MOUNT_MM, confirmMs: 3_000, unknownMs: 10_000 };
  const bank = new Bank(places.map((_, bay) => ({ parameters, beside: beside(bay) })));
  const told = places.map((): Decision[] => []);
  const waiting = [...acts];
  for (let round = 0; round < LASTS_MS + 10_000; round += 1_000) {
    for (const [bay, node] of nodes.entries()) {
      const at = round + (1_000 * bay) / bays;
      while (waiting[0] !== undefined && waiting[0].at <= at) {
        const act = waiting.shift();
        if (act === undefined) break;
        const scene = street.sceneOf(idOf(act.bay));
        const actAt = startsAt + act.at;
        if (act.comes === undefined) scene.leave(actAt);
        else scene.arrive(stayOf(act.comes, actAt, Number.POSITIVE_INFINITY, true));
      }
      const { distanceMm, distanceValid, fieldUt, temperatureC } = node.measure(at);
      const [xUt, yUt, zUt] = fieldUt;
      const sample = {
        receivedAtMono: at,
        distance: { value: distanceMm, unit: 'mm', quality: distanceValid ? 'ok' : 'no_target' },
        field: { xUt, yUt, zUt, quality: 'ok' },
        temperature: { value: temperatureC, unit: 'degC', quality: 'ok' },
      } as const;
      const decision = bank.hear(bay, sample, at);
      if (decision !== undefined) told[bay]?.push(decision);
    }
  }
  return told;
}

function missedOf(seed: number, traffic: Traffic): { count: number; missed: string[] } {
  const acts = comeAndGo(seed, traffic);
  const told = watch(seed, acts, traffic.bays);
  const used = new Set<Decision>();
  const missed: string[] = [];
  let count = 0;
  for (const { at, bay, comes } of acts) {
    if (at > LASTS_MS - 10_000) continue;
    count += 1;
    const wanted = comes === undefined ? 'vacant' : 'occupied';
    const match = told[bay]?.find(
      (one) =>
        one.state === wanted &&
        !used.has(one) &&
        one.sensedAt >= at - 2_000 &&
        one.sensedAt < at + 6_000,
    );
    if (match === undefined) missed.push(`${seed}: bay ${bay} ${wanted} at ${Math.round(at)}`);
    else used.add(match);
  }
  return { count, missed };
}

test.each([
  { name: 'in a rush of cars in every bay at once', traffic: RUSH, seeds: [1, 2, 3, 4], most: 4 },
  { name: 'of short stays on a long row', traffic: SHORT, seeds: [31, 67, 87, 120], most: 0 },
])('$name, from the first second, hardly any is missed', ({ traffic, seeds, most }) => {
  const runs = seeds.map((seed) => missedOf(seed, traffic));
  expect(runs.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(500);
  expect(runs.flatMap(({ missed }) => missed).slice(most)).toEqual([]);
});
