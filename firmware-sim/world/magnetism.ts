import { betweenAt, drawsOf, keyOf, logNormalAt, normalAt, uniformAt } from './chance.ts';
import { openDrift } from './drift.ts';
import { add, added, drawDirection, scaled } from './field.ts';
import type { Field, FieldSum } from './field.ts';
import type { Happening } from './happenings.ts';
import { fieldShare } from './manoeuvre.ts';
import type { Stay } from './manoeuvre.ts';
import type { Place, Scene, Street } from './street.ts';
import type { Surroundings } from './surroundings.ts';

export interface Magnetism {
  /** µT at an instant of the street's clock, with a board of this temperature. */
  fieldAt(at: number, boardC: number): Field;
}

/** The earth's field in µT where its inclination is about 53° (Jeonju): north, east, down. */
const EARTH_UT: Field = [30, 0, 40];
const HARD_IRON_UT = 60;
/** What a signed register of 0.01 µT holds. */
const FIELD_LIMIT_UT = 327;
const MEDIAN_STEP_UT = [13, 27] as const;
const NOISE_UT = [0.03, 0.15] as const;
/** µT/°C of an axis, and how far nodes differ. */
const TEMPERATURE_UT_PER_C: Field = [-1.5, 0.2, 1.8];
const TEMPERATURE_SPREAD = [0.3, 0.9] as const;
const CALIBRATED_AT_C = 20;
/** Left behind after a departure: p50 0.06, p95 0.28, so σ = ln(0.28 / 0.06) / 1.645. */
const LEFT_BEHIND = { median: 0.06, sigma: 0.936 } as const;
const PASSING_CAR = [0.1, 0.5] as const;
const PASSING_TRUCK = [1, 2] as const;
const TRAIN_UT = [0.1, 1] as const;
const CHARGER_RATIO = 0.06;
/** A car at walking pace comes by a bay this much later than by the bay before. */
const NEXT_BAY_MS = 600;
const DRAWS_PER_MS = 64;

/** A direction of its own for each event, drawn once while it lasts. */
function directionOf(): (key: number) => Field {
  let known = Number.NaN;
  let direction: Field = [1, 0, 0];
  return (key) => {
    if (key !== known) {
      known = key;
      direction = drawDirection(drawsOf(key));
    }
    return direction;
  };
}

/**
 * The magnetometer in one bay: the earth and the node's own iron, what its vehicle and its
 * neighbours' add, what they leave behind, temperature, drift, a charger, whoever passes, trains.
 */
export function openMagnetism(
  { bay, lot, neighbours, along }: Place,
  street: Street,
  surroundings: Surroundings,
): Magnetism {
  const { scenario, seed } = surroundings;
  const key = keyOf(seed, `magnetism/${bay}`);
  const draws = drawsOf(key);
  const ironUt = scaled(drawDirection(draws), HARD_IRON_UT * draws());
  const baselineUt = added(EARTH_UT, ironUt);
  const medianUt = betweenAt(key ^ 1, 1, ...MEDIAN_STEP_UT);
  const noiseUt = betweenAt(key ^ 1, 2, ...NOISE_UT);
  const spread = betweenAt(key ^ 1, 3, ...TEMPERATURE_SPREAD);
  const perC = TEMPERATURE_UT_PER_C.map((mean, axis) => mean + spread * normalAt(key ^ 2, axis));
  const [xPerC = 0, yPerC = 0, zPerC = 0] = perC;
  const drift = openDrift(key ^ 3, medianUt);
  const { cars, trucks, trains, trainDirection } = surroundings.lot(lot);
  const scene = street.sceneOf(bay);
  const others = neighbours.map((other) => ({
    scene: street.sceneOf(other),
    hasCharger: hasCharger(other),
    directionOf: directionOf(),
    before: directionOf(),
  }));
  let leftBy: Stay | undefined;
  let leftUt = 0;
  let leftDirection: Field = [1, 0, 0];
  const carDirection = directionOf();
  const truckDirection = directionOf();
  const chargerDirection = drawDirection(drawsOf(key ^ 4));
  const ownCharger = hasCharger(bay);

  function hasCharger(name: string): boolean {
    return uniformAt(keyOf(seed, `charger/${name}`), 0) < scenario.chargerShare;
  }

  function addStay(sum: FieldSum, stay: Stay | undefined, at: number): void {
    if (stay === undefined) return;
    const share = fieldShare(stay, at);
    if (share !== 0) add(sum, stay.vehicle.direction, share * stay.vehicle.stepRatio * medianUt);
  }

  function addNeighbour(
    sum: FieldSum,
    stay: Stay | undefined,
    at: number,
    direction: (key: number) => Field,
  ): void {
    if (stay === undefined) return;
    const share = fieldShare(stay, at);
    if (share === 0) return;
    const own = stay.vehicle.key ^ key;
    add(sum, direction(own), share * medianUt * betweenAt(own, 9, ...scenario.neighbourRatio));
  }

  function addLeftBehind(sum: FieldSum, at: number): void {
    const gone = scene.endedBefore(at);
    if (gone === undefined) return;
    if (gone !== leftBy) {
      const own = gone.vehicle.key ^ 5;
      leftBy = gone;
      leftUt = medianUt * logNormalAt(own, 1, LEFT_BEHIND.median, LEFT_BEHIND.sigma);
      leftDirection = drawDirection(drawsOf(own));
    }
    add(sum, leftDirection, leftUt);
  }

  function addPassing(
    sum: FieldSum,
    passing: Happening | undefined,
    at: number,
    [least, most]: readonly [number, number],
    direction: (key: number) => Field,
  ): void {
    if (passing === undefined) return;
    const own = passing.key ^ key;
    const into = (at - passing.startAt) / (passing.endAt - passing.startAt);
    const ratio = betweenAt(own, 8, least, most);
    add(sum, direction(own), Math.sin(Math.PI * into) * ratio * medianUt);
  }

  /** A square ripple of a charging vehicle, with a period of its own of 5–7 min. */
  function addCharger(sum: FieldSum, from: Scene, at: number, by: number): void {
    const stay = from.under(at);
    if (stay?.vehicle.isElectric !== true) return;
    const chargesMs = betweenAt(stay.vehicle.key, 7, 20 * 60_000, 120 * 60_000);
    const intoMs = at - stay.stoppedAt - 60_000;
    // Who stood here from the start has stood for nobody knows how long.
    if (!Number.isFinite(intoMs) || intoMs < 0 || intoMs > chargesMs) return;
    const periodMs = betweenAt(stay.vehicle.key, 8, 300_000, 420_000);
    const sign = intoMs % periodMs < periodMs / 2 ? 1 : -1;
    add(sum, chargerDirection, sign * by * CHARGER_RATIO * medianUt);
  }

  return {
    fieldAt: (at, boardC) => {
      const sum: FieldSum = [baselineUt[0], baselineUt[1], baselineUt[2]];
      const warmerC = boardC - CALIBRATED_AT_C;
      sum[0] += xPerC * warmerC;
      sum[1] += yPerC * warmerC;
      sum[2] += zPerC * warmerC;
      drift(sum, at);
      addStay(sum, scene.latest, at);
      addStay(sum, scene.before, at);
      addLeftBehind(sum, at);
      for (const other of others) {
        addNeighbour(sum, other.scene.latest, at, other.directionOf);
        addNeighbour(sum, other.scene.before, at, other.before);
        if (other.hasCharger) addCharger(sum, other.scene, at, 0.5);
      }
      if (ownCharger) addCharger(sum, scene, at, 1);
      const earlier = at - along * NEXT_BAY_MS;
      addPassing(sum, cars.at(earlier), earlier, PASSING_CAR, carDirection);
      addPassing(sum, trucks.at(earlier), earlier, PASSING_TRUCK, truckDirection);
      const train = trains.at(at);
      if (train !== undefined) {
        const into = (at - train.startAt) / (train.endAt - train.startAt);
        const ut = betweenAt(train.key, 1, ...TRAIN_UT);
        add(sum, trainDirection, ut * Math.sin(Math.PI * into));
      }
      const index = Math.floor(at * DRAWS_PER_MS);
      return [
        clamped(sum[0] + noiseUt * normalAt(key ^ 5, index)),
        clamped(sum[1] + noiseUt * normalAt(key ^ 6, index)),
        clamped(sum[2] + noiseUt * normalAt(key ^ 7, index)),
      ];
    },
  };
}

function clamped(ut: number): number {
  return Math.min(FIELD_LIMIT_UT, Math.max(-FIELD_LIMIT_UT, ut));
}
