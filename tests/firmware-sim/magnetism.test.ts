import { describe, expect, test } from 'vitest';
import type { BayId } from '#contract/ids.ts';
import { CLEAR } from '#firmware-sim/scenario.ts';
import type { Scenario } from '#firmware-sim/scenario.ts';
import { openAir } from '#firmware-sim/world/air.ts';
import { betweenAt, keyOf } from '#firmware-sim/world/chance.ts';
import type { Field } from '#firmware-sim/world/field.ts';
import { openMagnetism } from '#firmware-sim/world/magnetism.ts';
import { fieldShare, stayOf } from '#firmware-sim/world/manoeuvre.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { Street } from '#firmware-sim/world/street.ts';
import { openSurroundings } from '#firmware-sim/world/surroundings.ts';
import { drawVehicle } from '#firmware-sim/world/vehicle.ts';
import type { Vehicle } from '#firmware-sim/world/vehicle.ts';

const NOON = Date.parse('2026-10-14T12:00:00+09:00');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const BOARD_C = 20;
const STILL: Scenario = { ...CLEAR, passingCarsPerHour: 0, passingTrucksPerHour: 0 };
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

/** The magnetometer of one bay, and the median step of its node, which ratios are relative to. */
function aNode(name: string, scenario = STILL, neighbours: readonly BayId[] = [], along = 0) {
  const street = new Street();
  const surroundings = openSurroundings({ scenario, seed: 1, timeZone: 'Asia/Seoul' });
  const place = { bay: bay(name), lot: 'lot', mountMm: 2_600, neighbours, along };
  const magnetism = openMagnetism(place, street, surroundings);
  const fieldAt = (at: number, boardC: number) => magnetism.fieldAt(at, boardC);
  const medianUt = betweenAt(keyOf(1, `magnetism/${name}`) ^ 1, 1, 13, 27);
  /** Without the noise: the mean of forty readings within 40 ms. */
  const settledAt = (at: number, boardC = BOARD_C): Field => {
    const all = Array.from({ length: 40 }, (_, ms) => fieldAt(at + ms, boardC));
    return meanOf(all);
  };
  return { street, surroundings, fieldAt, settledAt, medianUt };
}

function meanOf(fields: readonly Field[]): Field {
  const mean = (axis: 0 | 1 | 2) => fields.reduce((sum, f) => sum + f[axis], 0) / fields.length;
  return [mean(0), mean(1), mean(2)];
}
const apart = (a: Field, b: Field) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** The value that this share of the others stay below. */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;
}

/** Within this share of a figure of the table. */
const near = (figure: number, tolerance: number) => (value: number) =>
  Math.abs(value / figure - 1) < tolerance;

const between = (from: number, to: number) => (value: number) => value >= from && value <= to;

describe('vehicles', () => {
  test.each([
    [0.01, 0.06, 0.25],
    [0.05, 0.28, 0.12],
    [0.25, 0.63, 0.06],
    [0.5, 1, 0.05],
    [0.75, 1.7, 0.06],
    [0.95, 3.3, 0.08],
  ])('a share of %f leaves a step below %f of the median, within %f', (share, ratio, tolerance) => {
    const random = openRandom(2, 'vehicles');
    const mix = { ...CLEAR, twoWheelerShare: 0 };
    const steps = Array.from({ length: 20_000 }, () => drawVehicle(random, 2_800, mix).stepRatio);
    expect(quantile(steps, share)).toSatisfy(near(ratio, tolerance));
  });

  test('a car adds its step to the field, of a median of 13–27 µT by node', () => {
    for (let at = 0; at < 20; at += 1) {
      const node = aNode(`bay-${at}`);
      expect(node.medianUt).toSatisfy(between(13, 27));
      const before = node.settledAt(NOON);
      node.street.sceneOf(bay(`bay-${at}`)).arrive(stayOf(aCar(), NOON, Infinity, true));
      const after = node.settledAt(NOON + 100);
      expect(apart(after, before)).toSatisfy(near(node.medianUt, 0.02));
    }
  });

  test('one that arrives passes a point of nearly zero change while it rolls in', () => {
    const stay = stayOf(aCar(), NOON, NOON + HOUR_MS);
    const shares = Array.from({ length: 400 }, (_, at) => fieldShare(stay, NOON - 8_000 + 20 * at));
    const lowest = shares.indexOf(Math.min(...shares));
    expect(shares[lowest]).toBeLessThan(-0.35);
    expect(Math.min(...shares.slice(lowest).map(Math.abs))).toBeLessThan(0.01);
    expect(fieldShare(stay, NOON)).toBe(1);
    expect(fieldShare(stay, NOON + HOUR_MS + 2_000)).toBe(0);
  });

  test('0.06 of a median step stays behind a departure, and 0.28 after one in twenty', () => {
    const ratios = Array.from({ length: 1_500 }, (_, key) => {
      const node = aNode(`bay-${key % 30}`);
      const before = node.settledAt(NOON);
      const scene = node.street.sceneOf(bay(`bay-${key % 30}`));
      scene.arrive(stayOf(aCar({ key: 7_919 * key }), NOON, NOON + 50, true));
      return apart(node.settledAt(NOON + 100), before) / node.medianUt;
    });
    expect(quantile(ratios, 0.5)).toSatisfy(near(0.06, 0.12));
    expect(quantile(ratios, 0.95)).toSatisfy(near(0.28, 0.18));
  });

  test('a neighbour’s parked car shows by 0.05–0.25 for as long as it stands', () => {
    const ratios = Array.from({ length: 200 }, (_, at) => {
      const node = aNode(`bay-${at}`, STILL, [bay('beside')]);
      const before = node.settledAt(NOON);
      const stay = stayOf(aCar({ key: at }), NOON, Infinity, true);
      node.street.sceneOf(bay('beside')).arrive(stay);
      return apart(node.settledAt(NOON + 100), before) / node.medianUt;
    });
    expect(Math.min(...ratios)).toSatisfy(between(0.045, 0.07));
    expect(Math.max(...ratios)).toSatisfy(between(0.23, 0.255));
  });

  test('a charging car brings a square ripple of ±0.06 with a period of 5–7 min', () => {
    const node = aNode('bay', { ...STILL, chargerShare: 1 });
    const stay = stayOf(aCar({ isElectric: true }), NOON, Infinity, true);
    node.street.sceneOf(bay('bay')).arrive(stay);
    const fields = Array.from({ length: 1_140 }, (_, s) =>
      node.settledAt(NOON + 61_000 + 1_000 * s),
    );
    const flips = fields.flatMap((field, s) => {
      const step = apart(field, fields[s - 1] ?? field) / node.medianUt;
      return step > 0.1 ? [{ s, step }] : [];
    });
    expect(flips.length).toBeGreaterThanOrEqual(5);
    for (const { step } of flips) expect(step).toSatisfy(near(0.12, 0.1));
    expect((flips[2]?.s ?? 0) - (flips[0]?.s ?? 0)).toSatisfy(between(299, 421));
  });
});

describe('the baseline', () => {
  test('is the earth’s 50 µT and up to 60 of the node’s iron, with noise of 0.03–0.15 µT', () => {
    for (let at = 0; at < 30; at += 1) {
      const { fieldAt } = aNode(`bay-${at}`);
      const all = Array.from({ length: 2_000 }, (_, ms) => fieldAt(NOON + ms, BOARD_C));
      const mean = meanOf(all);
      expect(Math.hypot(...mean)).toSatisfy(between(0, 50 + 60 + 40));
      const sigma = Math.sqrt(all.reduce((sum, f) => sum + (f[1] - mean[1]) ** 2, 0) / 2_000);
      expect(sigma).toSatisfy(between(0.028, 0.156));
    }
  });

  test('its coefficients of temperature differ by axis and node, and 20 °C are more than a car', () => {
    const perC = Array.from({ length: 300 }, (_, at) => {
      const { settledAt } = aNode(`bay-${at}`);
      const [cold, warm] = [settledAt(NOON, 10), settledAt(NOON, 30)];
      return [0, 1, 2].map((axis) => ((warm[axis] ?? 0) - (cold[axis] ?? 0)) / 20);
    });
    for (const [axis, expected] of [-1.5, 0.2, 1.8].entries()) {
      const values = perC.map((each) => each[axis] ?? 0);
      expect(quantile(values, 0.5)).toSatisfy(between(expected - 0.12, expected + 0.12));
      const spread = (quantile(values, 0.84) - quantile(values, 0.16)) / 2;
      expect(spread).toSatisfy(between(0.45, 0.75));
    }
    const swings = perC.map((axes) => 20 * Math.hypot(...axes));
    expect(quantile(swings, 0.5)).toBeGreaterThan(27);
  });

  test(
    'moves in 10 min and in a day as real nodes’ does, each figure within a quarter',
    { timeout: 120_000 },
    () => {
      const tenMinutes: number[] = [];
      const day: number[] = [];
      for (let at = 0; at < 160; at += 1) {
        const { fieldAt, surroundings, medianUt } = aNode(`bay-${at}`);
        const { air } = surroundings;
        const fields = Array.from({ length: 30 * 144 }, (_, step) => {
          const now = NOON + step * 10 * MINUTE_MS;
          return fieldAt(now, air.boardC(now, 45 * MINUTE_MS));
        });
        for (const [step, field] of fields.entries()) {
          const [before, yesterday] = [fields[step - 1], fields[step - 144]];
          if (before) tenMinutes.push(apart(field, before) / medianUt);
          if (yesterday && step % 12 === 0) day.push(apart(field, yesterday) / medianUt);
        }
      }
      const tolerance = 0.25;
      expect(quantile(tenMinutes, 0.5)).toSatisfy(near(0.02, tolerance));
      expect(quantile(tenMinutes, 0.99)).toSatisfy(near(0.16, tolerance));
      expect(quantile(tenMinutes, 0.999)).toSatisfy(near(0.57, tolerance));
      expect(quantile(day, 0.5)).toSatisfy(near(0.16, tolerance));
      expect(quantile(day, 0.95)).toSatisfy(near(0.67, tolerance));
      expect(quantile(day, 0.99)).toSatisfy(near(1.6, tolerance));
    },
  );

  test('the board follows the air by half an hour to an hour', () => {
    const air = openAir({ timeZone: 'Asia/Seoul', seed: 1, offsetC: 0, swingC: 6 });
    const minutes = Array.from({ length: 1_440 }, (_, at) => NOON - 12 * HOUR_MS + at * MINUTE_MS);
    const warmest = (of: (at: number) => number) =>
      minutes.reduce((best, at) => (of(at) > of(best) ? at : best));
    for (const lagMinutes of [30, 60]) {
      const late =
        warmest((at) => air.boardC(at, lagMinutes * MINUTE_MS)) - warmest((at) => air.airC(at));
      expect(late / MINUTE_MS).toSatisfy(between(0.8 * lagMinutes, 1.1 * lagMinutes));
    }
    const summer = Date.parse('2026-08-01T12:00:00+09:00');
    const winter = Date.parse('2027-01-30T12:00:00+09:00');
    expect(air.airC(summer) - air.airC(winter)).toSatisfy(between(24, 30));
  });
});

describe('who passes', () => {
  /** What a node sees of something above its own quiet twin, in runs. */
  function passings(change: Partial<Scenario>, leastUt: (medianUt: number) => number) {
    const [noisy, quiet] = [aNode('bay', { ...STILL, ...change }), aNode('bay')];
    const runs: { seconds: number; most: number }[] = [];
    let run: { seconds: number; most: number } | undefined;
    for (let at = 0; at < 6 * HOUR_MS; at += 100) {
      // Same seed, same instant: the same noise, so that the difference is who passes.
      const seen = apart(noisy.fieldAt(NOON + at, BOARD_C), quiet.fieldAt(NOON + at, BOARD_C));
      if (seen < leastUt(quiet.medianUt)) {
        run = undefined;
        continue;
      }
      if (run === undefined) runs.push((run = { seconds: 0, most: 0 }));
      run.seconds += 0.1;
      run.most = Math.max(run.most, seen);
    }
    return { runs, medianUt: quiet.medianUt };
  }

  test('a passing car adds 0.1–0.5 for 1–3 s, and a lorry 1–2 for 3–6 s', () => {
    const cars = passings({ passingCarsPerHour: 30 }, () => 1e-6);
    expect(cars.runs.length).toSatisfy(between(130, 230));
    expect(
      quantile(
        cars.runs.map(({ seconds }) => seconds),
        0.02,
      ),
    ).toSatisfy(between(0.9, 1.3));
    expect(
      quantile(
        cars.runs.map(({ seconds }) => seconds),
        0.97,
      ),
    ).toSatisfy(between(2.4, 3.2));
    expect(
      quantile(
        cars.runs.map(({ most }) => most / cars.medianUt),
        0.02,
      ),
    ).toSatisfy(between(0.08, 0.16));
    expect(Math.max(...cars.runs.map(({ most }) => most / cars.medianUt))).toSatisfy(
      between(0.44, 0.505),
    );
    const trucks = passings({ passingTrucksPerHour: 20 }, () => 1e-6);
    expect(
      quantile(
        trucks.runs.map(({ seconds }) => seconds),
        0.5,
      ),
    ).toSatisfy(between(3.5, 5));
    expect(Math.min(...trucks.runs.map(({ most }) => most / trucks.medianUt))).toSatisfy(
      between(0.95, 1.2),
    );
    expect(Math.max(...trucks.runs.map(({ most }) => most / trucks.medianUt))).toSatisfy(
      between(1.8, 2.01),
    );
  });

  test('a tram adds 0.1–1 µT to all bays of a lot at once and alike', () => {
    const { runs } = passings({ trainsPerHour: 10 }, () => 1e-6);
    expect(runs.length).toSatisfy(between(40, 80));
    expect(Math.min(...runs.map(({ most }) => most))).toSatisfy(between(0.09, 0.25));
    expect(Math.max(...runs.map(({ most }) => most))).toSatisfy(between(0.8, 1.01));
    const scenario = { ...STILL, trainsPerHour: 10 };
    const differences = ['a', 'b'].map((name) => {
      const [with_, without] = [aNode(name, scenario, [], 3), aNode(name)];
      return Array.from({ length: 3_600 }, (_, s) =>
        apart(
          with_.fieldAt(NOON + 1_000 * s, BOARD_C),
          without.fieldAt(NOON + 1_000 * s, BOARD_C),
        ).toFixed(6),
      );
    });
    expect(differences[0]).toEqual(differences[1]);
  });
});
