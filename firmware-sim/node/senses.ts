import { betweenAt, keyOf, normalAt } from '../world/chance.ts';
import type { Field } from '../world/field.ts';
import { openMagnetism } from '../world/magnetism.ts';
import { openRanging } from '../world/ranging.ts';
import type { Echo } from '../world/ranging.ts';
import type { Place, Street } from '../world/street.ts';
import type { Surroundings } from '../world/surroundings.ts';

/** One measurement of all channels of a node. */
export interface Measurement extends Echo {
  readonly temperatureC: number;
  readonly fieldUt: Field;
  readonly magneticValid: boolean;
  readonly supplyMv: number;
  readonly supplyLow: boolean;
}

/** A node's sensors: the world as one device at one place sees it. */
export interface Senses {
  /** A new measurement, as of an instant of the monotonic clock. */
  measure(at: number): Measurement;
  /** What the distance would be without noise, drop-outs and outliers, in mm. */
  settledDistanceMm(at: number): number;
}

/** A street with its own clock. */
export interface World {
  readonly street: Street;
  readonly surroundings: Surroundings;
  /** What the street's clock says at an instant of the monotonic clock, epoch ms. */
  streetTimeAt(at: number): number;
}

const MINUTE_MS = 60_000;
/** What a sensor without a thermometer takes the air for. */
const ASSUMED_C = 20;
/** How much warmer than the air the factory expects a board to be. */
const EXPECTED_WARMER_C = 1.5;
const DRAWS_PER_MS = 64;

/**
 * The sensors over one bay. The board follows the air in 30–60 min and is 0.5–2.5 °C warmer; a
 * sensor that compensates takes the air for 1.5 °C cooler than its board, another for 20 °C.
 */
export function openSenses(options: {
  readonly world: World;
  readonly place: Place;
  readonly compensates: boolean;
}): Senses {
  const { world, place, compensates } = options;
  const { street, surroundings } = world;
  const { air, seed } = surroundings;
  const key = keyOf(seed, `board/${place.bay}`);
  const warmerC = betweenAt(key, 1, 0.5, 2.5);
  const lagMs = betweenAt(key, 2, 30 * MINUTE_MS, 60 * MINUTE_MS);
  const supplyMv = betweenAt(key, 3, 4_950, 5_050);
  const ranging = openRanging(place, street.sceneOf(place.bay), surroundings);
  const magnetism = openMagnetism(place, street, surroundings);

  const takenForC = (boardC: number) => (compensates ? boardC - EXPECTED_WARMER_C : ASSUMED_C);

  return {
    settledDistanceMm: (monoAt) => {
      const at = world.streetTimeAt(monoAt);
      const boardC = air.boardC(at, lagMs) + warmerC;
      return ranging.settledMm(at, air.airC(at), takenForC(boardC));
    },
    measure: (monoAt) => {
      const at = world.streetTimeAt(monoAt);
      const index = Math.floor(at * DRAWS_PER_MS);
      const boardC = air.boardC(at, lagMs) + warmerC;
      const echo = ranging.echoAt(at, air.airC(at), takenForC(boardC));
      return {
        distanceMm: echo.distanceMm,
        distanceValid: echo.distanceValid,
        echoQuality: echo.echoQuality,
        temperatureC: boardC + 0.05 * normalAt(key ^ 1, index),
        fieldUt: magnetism.fieldAt(at, boardC),
        magneticValid: true,
        supplyMv: Math.round(supplyMv + 4 * normalAt(key ^ 2, index)),
        supplyLow: false,
      };
    },
  };
}
