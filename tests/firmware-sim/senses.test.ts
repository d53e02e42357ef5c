import { describe, expect, test } from 'vitest';
import { decodeDistance, DISTANCE_NO_TARGET } from '#contract/distance-frame.ts';
import type { BayId } from '#contract/ids.ts';
import { decodeMaxbotix } from '#contract/maxbotix-frame.ts';
import type { MaxbotixKind } from '#contract/maxbotix-frame.ts';
import { frameOf } from '#firmware-sim/node/range-finder.ts';
import { openSenses } from '#firmware-sim/node/senses.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { Street } from '#firmware-sim/world/street.ts';
import { drawVehicle } from '#firmware-sim/world/vehicle.ts';

const BAY = 'bay' as BayId;
const MOUNT_MM = 2_800;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function measured(roofMm: number | undefined, sensor = 'sensor', count = 20_000) {
  const street = new Street(() => 20);
  if (roofMm !== undefined) street.set(BAY, { roofMm, fieldUt: [3, -4, 12] }, 0);
  const random = openRandom(1, sensor);
  const senses = openSenses({ world: street, bay: BAY, mountMm: MOUNT_MM, random });
  return Array.from({ length: count }, (_, at) => senses.measure(at));
}

const valid = (all: ReturnType<typeof measured>) => all.filter((each) => each.distanceValid);
const silentShare = (all: ReturnType<typeof measured>) =>
  all.filter(({ distanceMm }) => distanceMm === DISTANCE_NO_TARGET).length / all.length;

describe('distance', () => {
  test.each(['unit-1', 'unit-2', 'unit-3'])(
    'the floor is as far as the mount, within 2 cm and 1 % of unit %s',
    (unit) => {
      const middle = median(valid(measured(undefined, unit)).map((each) => each.distanceMm));
      expect(Math.abs(middle - MOUNT_MM)).toBeLessThanOrEqual(20 + 0.01 * MOUNT_MM + 1);
    },
  );

  test('a reading scatters by 5 mm around a value that the unit keeps', () => {
    const distances = valid(measured(1_500)).map((each) => each.distanceMm);
    const middle = median(distances);
    const inner = distances.filter((mm) => Math.abs(mm - middle) < 50);
    const spread = Math.sqrt(inner.reduce((sum, mm) => sum + (mm - middle) ** 2, 0) / inner.length);
    expect(spread).toBeGreaterThan(4.5);
    expect(spread).toBeLessThan(5.5);
    const outliers = 1 - inner.length / distances.length;
    expect(outliers).toBeGreaterThan(0.001);
    expect(outliers).toBeLessThan(0.006);
  });

  test('the floor drops out in 0.5 % of readings and a roof in 1 %', () => {
    expect(silentShare(measured(undefined))).toBeCloseTo(0.005, 2.5);
    expect(silentShare(measured(1_500))).toBeCloseTo(0.01, 2.5);
  });
});

describe('the field', () => {
  test('a car adds its own step to what the node always sees', () => {
    const middleOf = (all: ReturnType<typeof measured>) =>
      [0, 1, 2].map((axis) => median(all.map(({ fieldUt }) => fieldUt[axis] ?? 0)));
    const [without, withCar] = [middleOf(measured(undefined)), middleOf(measured(1_500))];
    const step = withCar.map((value, axis) => value - (without[axis] ?? 0));
    for (const [axis, expected] of [3, -4, 12].entries()) {
      expect(step[axis]).toBeCloseTo(expected, 1);
    }
  });

  test('steps spread as they do on the road', () => {
    const random = openRandom(2, 'vehicles');
    const steps = Array.from({ length: 10_000 }, () =>
      Math.hypot(...drawVehicle(random, MOUNT_MM).fieldUt),
    ).toSorted((a, b) => a - b);
    const ratio = (share: number) => (steps[Math.floor(share * 10_000)] ?? 0) / median(steps);
    expect(median(steps)).toBeGreaterThan(13);
    expect(median(steps)).toBeLessThan(27);
    for (const [share, measuredRatio] of [
      [0.05, 0.28],
      [0.25, 0.63],
      [0.75, 1.7],
      [0.95, 3.3],
    ] as const) {
      expect(ratio(share) / measuredRatio).toBeGreaterThan(0.85);
      expect(ratio(share) / measuredRatio).toBeLessThan(1.15);
    }
  });
});

test('cars are 1.35 to 1.95 m high, vans 2.1 to 2.6 m where they fit', () => {
  const random = openRandom(3, 'vehicles');
  const roofs = Array.from({ length: 5_000 }, () => drawVehicle(random, 3_500).roofMm);
  const vans = roofs.filter((mm) => mm > 1_950);
  expect(Math.min(...roofs)).toBeGreaterThanOrEqual(1_350);
  expect(Math.min(...vans)).toBeGreaterThanOrEqual(2_100);
  expect(Math.max(...vans)).toBeLessThanOrEqual(2_600);
  const low = Array.from({ length: 5_000 }, () => drawVehicle(random, 2_300).roofMm);
  expect(Math.max(...low)).toBeLessThanOrEqual(1_950);
});

test('a sample from before a change shows what was there before', () => {
  const street = new Street(() => 20);
  street.set(BAY, { roofMm: 1_500, fieldUt: [0, 0, 0] }, 1_000);
  expect(street.sceneAt(BAY, 999).vehicle).toBeUndefined();
  expect(street.sceneAt(BAY, 1_000).vehicle?.roofMm).toBe(1_500);
  street.set(BAY, undefined, 2_000);
  expect(street.sceneAt(BAY, 1_999).vehicle?.roofMm).toBe(1_500);
  expect(street.sceneAt(BAY, 2_000).vehicle).toBeUndefined();
});

test('free-running sensors say no echo as their makers do', () => {
  expect(decodeDistance(frameOf('distance-frame', 1_953), 0)).toBe(1_953);
  expect(decodeDistance(frameOf('distance-frame', undefined), 0)).toBe(DISTANCE_NO_TARGET);
  const counts = (kind: MaxbotixKind, mm: number | undefined) =>
    decodeMaxbotix(frameOf(kind, mm), 0, kind)?.value;
  expect([1_234, undefined, 120].map((mm) => counts('maxbotix', mm))).toEqual([1_234, 5_000, 300]);
  expect([1_234, undefined, 120].map((mm) => counts('maxbotix-cm', mm))).toEqual([123, 765, 20]);
  expect([1_234, undefined, 120].map((mm) => counts('maxbotix-inch', mm))).toEqual([49, 254, 6]);
});
