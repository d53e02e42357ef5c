import { describe, expect, test } from 'vitest';
import {
  decodeDistance,
  DISTANCE_INTERFERENCE,
  DISTANCE_NO_TARGET,
} from '#contract/distance-frame.ts';
import type { BayId } from '#contract/ids.ts';
import { decodeMaxbotix } from '#contract/maxbotix-frame.ts';
import type { MaxbotixKind } from '#contract/maxbotix-frame.ts';
import { frameOf } from '#firmware-sim/node/range-finder.ts';
import { openSenses } from '#firmware-sim/node/senses.ts';
import { CLEAR } from '#firmware-sim/scenario.ts';
import type { Scenario } from '#firmware-sim/scenario.ts';
import { stayOf } from '#firmware-sim/world/manoeuvre.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { soundMps } from '#firmware-sim/world/ranging.ts';
import { Street } from '#firmware-sim/world/street.ts';
import { openSurroundings } from '#firmware-sim/world/surroundings.ts';
import { drawVehicle } from '#firmware-sim/world/vehicle.ts';
import type { Vehicle } from '#firmware-sim/world/vehicle.ts';

const MOUNT_MM = 2_800;
const NOON = Date.parse('2026-10-14T12:00:00+09:00');
const HOUR_MS = 3_600_000;
/** Nobody walks by and nothing falls from the sky: only what a test says happens. */
const STILL: Scenario = {
  ...CLEAR,
  peoplePerHour: 0,
  cartsPerHour: 0,
  passingCarsPerHour: 0,
  passingTrucksPerHour: 0,
};
const bay = (name: string) => name as BayId;

const aCar = (change: Partial<Vehicle> = {}): Vehicle => ({
  kind: 'car',
  roofMm: 1_500,
  dropOuts: 0.01,
  stepRatio: 1,
  direction: [0.6, 0, 0.8],
  isElectric: false,
  key: 7,
  ...change,
});

/** The sensors of one bay in a street of their own, at instants after noon. */
function aBay({
  name = 'bay',
  scenario = STILL,
  vehicle,
  compensates = true,
  neighbours = [],
}: {
  name?: string;
  scenario?: Scenario;
  vehicle?: Vehicle;
  compensates?: boolean;
  neighbours?: readonly BayId[];
} = {}) {
  const street = new Street();
  const surroundings = openSurroundings({ scenario, seed: 1, timeZone: 'Asia/Seoul' });
  const place = { bay: bay(name), lot: 'lot', mountMm: MOUNT_MM, neighbours, along: 0 };
  const world = { street, surroundings, streetTimeAt: (at: number) => NOON + at };
  const senses = openSenses({ world, place, compensates });
  const scene = street.sceneOf(place.bay);
  if (vehicle) scene.arrive(stayOf(vehicle, -Infinity, Infinity));
  const measured = (count = 20_000, everyMs = 250) =>
    Array.from({ length: count }, (_, at) => senses.measure(at * everyMs));
  return { senses, scene, street, surroundings, measured };
}

type Measured = ReturnType<ReturnType<typeof aBay>['measured']>;
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const distancesOf = (all: Measured) =>
  all.filter((each) => each.distanceValid).map((each) => each.distanceMm);
const shareOf = (all: Measured, isOne: (each: Measured[number]) => boolean) =>
  all.filter(isOne).length / all.length;
const silentShare = (all: Measured) =>
  shareOf(all, ({ distanceMm }) => distanceMm === DISTANCE_NO_TARGET);

const between = (from: number, to: number) => (value: number) => value >= from && value <= to;

describe('distance', () => {
  test.each(['unit-1', 'unit-2', 'unit-3'])(
    'the floor is as far as the mount, within 2 cm, 1 % and the board’s error of unit %s',
    (name) => {
      const middle = median(distancesOf(aBay({ name }).measured(2_000)));
      expect(Math.abs(middle - MOUNT_MM)).toBeLessThanOrEqual(20 + 0.01 * MOUNT_MM + 15);
    },
  );

  test('a reading scatters by 5 mm, and 0.3 % are outliers and 0.2 % bounce twice', () => {
    const all = aBay({ vehicle: aCar() }).measured(60_000, 25);
    const distances = distancesOf(all);
    const middle = median(distances);
    const inner = distances.filter((mm) => Math.abs(mm - middle) < 50);
    const spread = Math.sqrt(inner.reduce((sum, mm) => sum + (mm - middle) ** 2, 0) / inner.length);
    expect(spread).toSatisfy(between(4.5, 5.6));
    const twice = distances.filter((mm) => Math.abs(mm - 2 * middle) < 40).length;
    expect(twice / distances.length).toSatisfy(between(0.0014, 0.0029));
    const odd = 1 - (inner.length + twice) / distances.length;
    expect(odd).toSatisfy(between(0.0018, 0.004));
  });

  test('the floor drops out in 0.5 % of readings, a flat roof in 1 %, sloped glass as it stands', () => {
    expect(silentShare(aBay().measured(40_000))).toSatisfy(between(0.004, 0.0085));
    expect(silentShare(aBay({ vehicle: aCar() }).measured(40_000))).toSatisfy(
      between(0.0085, 0.0115),
    );
    const glass = aBay({ vehicle: aCar({ dropOuts: 0.3 }) }).measured(10_000);
    expect(silentShare(glass.slice(0, 5_000))).toSatisfy(between(0.28, 0.32));
    expect(silentShare(glass.slice(5_000))).toSatisfy(between(0.28, 0.32));
  });

  test('rain brings 5–15 % drop-outs and 1–3 % echoes of 0.3–0.8 m, and spells differ', () => {
    const rain = aBay({ scenario: { ...STILL, rainShare: 1 }, vehicle: aCar({ roofMm: 1_400 }) });
    const spells = Array.from({ length: 24 }, (_, spell) =>
      Array.from({ length: 4_000 }, (_, at) => rain.senses.measure(spell * 2 * HOUR_MS + at * 300)),
    );
    const drops = spells.map((all) => silentShare(all) - 0.01);
    const echoes = spells.map((all) =>
      shareOf(all, ({ distanceValid, distanceMm }) => distanceValid && distanceMm <= 800),
    );
    expect(Math.min(...drops)).toSatisfy(between(0.04, 0.08));
    expect(Math.max(...drops)).toSatisfy(between(0.12, 0.165));
    expect(Math.min(...echoes)).toSatisfy(between(0.007, 0.018));
    expect(Math.max(...echoes)).toSatisfy(between(0.018, 0.035));
  });

  test('under snow or water the floor gives hardly an echo for hours, and a car still does', () => {
    const scenario = { ...STILL, coveredShare: 1 };
    expect(silentShare(aBay({ scenario }).measured(8_000, 1_000))).toSatisfy(between(0.96, 0.985));
    expect(silentShare(aBay({ scenario, vehicle: aCar() }).measured(8_000))).toBeLessThan(0.02);
  });

  test('1 % of readings are disturbed while a neighbour pings within 30 ms, and none alone', () => {
    const isDisturbed = ({ distanceMm }: Measured[number]) => distanceMm === DISTANCE_INTERFERENCE;
    const shares = Array.from({ length: 30 }, (_, at) => {
      const beside = aBay({ name: `a-${at}`, neighbours: [bay(`b-${at}`)] });
      return shareOf(beside.measured(6_000, 10), isDisturbed);
    });
    const beside = shares.filter((share) => share > 0);
    // Two phases in 250 ms are within 30 ms of each other in 24 % of pairs.
    expect(beside.length).toSatisfy(between(3, 13));
    // Half of the 1 % are called interference, the others look like distances.
    expect(beside.reduce((sum, share) => sum + share, 0) / beside.length).toSatisfy(
      between(0.0025, 0.0065),
    );
    expect(shareOf(aBay().measured(), isDisturbed)).toBe(0);
  });

  test('sound is as fast as the true air makes it: 30 °C uncompensated is 13 cm at 2.5 m', () => {
    expect(2_500 * (1 - soundMps(0) / soundMps(30))).toBeCloseTo(130, -1);
    const at = (airOffsetC: number, compensates: boolean) =>
      aBay({ scenario: { ...STILL, airOffsetC }, compensates }).senses.settledDistanceMm(0);
    const [cold, hot] = [at(-15, false), at(15, false)];
    expect((cold - hot) / MOUNT_MM).toSatisfy(between(0.045, 0.058));
    expect(Math.abs(at(-15, true) - at(15, true)) / MOUNT_MM).toBeLessThan(0.002);
  });

  test('a person stands under it for 0.3–1.2 s and a cart for 5–600 s, lower than a car', () => {
    const durations = (scenario: Scenario, everyMs: number, hours: number) => {
      const { senses, surroundings } = aBay({ scenario });
      const floorMm = senses.settledDistanceMm(0);
      expect(surroundings.scenario).toBe(scenario);
      const runs: number[] = [];
      let since: number | undefined;
      let lastAt = 0;
      for (let at = 0; at < hours * HOUR_MS; at += everyMs) {
        const { distanceMm, distanceValid } = senses.measure(at);
        if (!distanceValid) continue;
        const isThere = distanceMm < floorMm - 450;
        if (isThere) {
          since ??= at;
          lastAt = at;
        } else if (since !== undefined && at - lastAt > 3 * everyMs) {
          runs.push(lastAt - since + everyMs);
          since = undefined;
        }
      }
      return runs.toSorted((a, b) => a - b);
    };
    const people = durations({ ...STILL, peoplePerHour: 300 }, 50, 1).filter((ms) => ms > 100);
    expect(people.length).toSatisfy(between(200, 400));
    expect(median(people)).toSatisfy(between(400, 900));
    expect(people.filter((ms) => ms > 1_300).length).toBeLessThan(0.15 * people.length);
    const carts = durations({ ...STILL, cartsPerHour: 4 }, 1_000, 8).filter((ms) => ms > 2_000);
    expect(carts.length).toSatisfy(between(14, 50));
    expect(Math.max(...carts)).toBeGreaterThan(60_000);
  });
});

test('cars are 1.35 to 1.95 m high, vans 2.1 to 2.6 m where they fit, two wheels lower', () => {
  const draw = (mountMm: number, change: Partial<Scenario> = {}) => {
    const random = openRandom(3, 'vehicles');
    const mix = { ...CLEAR, twoWheelerShare: 0, ...change };
    return Array.from({ length: 5_000 }, () => drawVehicle(random, mountMm, mix));
  };
  const roofs = draw(3_500).map(({ roofMm }) => roofMm);
  const vans = roofs.filter((mm) => mm > 1_950);
  expect(Math.min(...roofs)).toBeGreaterThanOrEqual(1_350);
  expect(Math.min(...vans)).toBeGreaterThanOrEqual(2_100);
  expect(Math.max(...vans)).toBeLessThanOrEqual(2_600);
  expect(Math.max(...draw(2_300).map(({ roofMm }) => roofMm))).toBeLessThanOrEqual(1_950);
  const small = draw(2_800, { twoWheelerShare: 1 });
  expect(Math.max(...small.map(({ roofMm }) => roofMm))).toBeLessThanOrEqual(1_250);
  expect(Math.max(...small.map(({ stepRatio }) => stepRatio))).toBeLessThanOrEqual(0.3);
  const glass = draw(2_800, { glassShare: 0.25 }).filter(({ dropOuts }) => dropOuts > 0.01);
  expect(glass.length / 5_000).toSatisfy(between(0.21, 0.27));
  expect(Math.min(...glass.map(({ dropOuts }) => dropOuts))).toSatisfy(between(0.1, 0.11));
  expect(Math.max(...glass.map(({ dropOuts }) => dropOuts))).toSatisfy(between(0.39, 0.4));
});

test('a sample from before a change shows what was there before', () => {
  const { scene } = aBay();
  scene.arrive(stayOf(aCar(), 1_000, Infinity, true));
  expect(scene.under(999)).toBeUndefined();
  expect(scene.under(1_000)?.vehicle.roofMm).toBe(1_500);
  scene.leave(2_000, 0);
  expect(scene.under(1_999)?.vehicle.roofMm).toBe(1_500);
  expect(scene.under(2_000)).toBeUndefined();
});

test('free-running sensors say no echo as their makers do', () => {
  expect(decodeDistance(frameOf('distance-frame', 1_953), 0)).toBe(1_953);
  expect(decodeDistance(frameOf('distance-frame', DISTANCE_NO_TARGET), 0)).toBe(0xfffd);
  expect(decodeDistance(frameOf('distance-frame', DISTANCE_INTERFERENCE), 0)).toBe(0xfffe);
  const counts = (kind: MaxbotixKind) =>
    [1_234, DISTANCE_NO_TARGET, 120].map((mm) => decodeMaxbotix(frameOf(kind, mm), 0, kind)?.value);
  expect(counts('maxbotix')).toEqual([1_234, 5_000, 300]);
  expect(counts('maxbotix-cm')).toEqual([123, 765, 20]);
  expect(counts('maxbotix-inch')).toEqual([49, 254, 6]);
});
