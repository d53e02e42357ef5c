import { DISTANCE_NO_TARGET } from '#contract/distance-frame.ts';
import type { BayId } from '#contract/ids.ts';
import { between, normal } from '../world/random.ts';
import type { Random } from '../world/random.ts';
import type { Scene, World } from '../world/street.ts';
import { added, drawDirection, scaled } from '../world/vehicle.ts';
import type { Field } from '../world/vehicle.ts';

/** One measurement of all channels of a node. */
export interface Measurement {
  /** mm, or 0xFFFD none, 0xFFFE interference, 0xFFFF fault. */
  readonly distanceMm: number;
  readonly distanceValid: boolean;
  /** 0 to 100. */
  readonly echoQuality: number;
  readonly temperatureC: number;
  readonly fieldUt: Field;
  readonly magneticValid: boolean;
  readonly supplyMv: number;
}

/** A node's sensors: the world as one device at one place sees it. */
export interface Senses {
  /** A new measurement, as of an instant of the monotonic clock. */
  measure(at: number): Measurement;
  /** What the distance would be without noise, drop-outs and outliers, in mm. */
  settledDistanceMm(at: number): number;
}

const NOISE_MM = 5;
const SCALE_SHARE = 0.01;
const MOUNT_SPREAD_MM = 20;
const FLOOR_DROP_OUTS = 0.005;
const ROOF_DROP_OUTS = 0.01;
const OUTLIERS = 0.003;
const NEAREST_MM = 300;
/** The earth's field in µT where its inclination is about 53° (Jeonju): north, east, down. */
const EARTH_UT: Field = [30, 0, 40];
const HARD_IRON_UT = 60;
/** What a signed register of 0.01 µT holds. */
const FIELD_LIMIT_UT = 327;

/**
 * The sensors of one bay. Fixed for the unit: mount ±2 cm, distance scale ±1 %, hard iron up to
 * 60 µT, field noise σ 0.03–0.15 µT. Each measurement: distance noise σ 5 mm, drop-outs (floor
 * 0.5 %, roof 1 %), outliers 0.3 %.
 */
export function openSenses(options: {
  readonly world: World;
  readonly bay: BayId;
  readonly mountMm: number;
  readonly random: Random;
}): Senses {
  const { world, bay, random } = options;
  const mountMm = options.mountMm + between(random, -MOUNT_SPREAD_MM, MOUNT_SPREAD_MM);
  const scale = 1 + between(random, -SCALE_SHARE, SCALE_SHARE);
  const ironUt = scaled(drawDirection(random), between(random, 0, HARD_IRON_UT));
  const baselineUt = added(EARTH_UT, ironUt);
  const fieldNoiseUt = between(random, 0.03, 0.15);
  const supplyMv = between(random, 4_950, 5_050);
  const warmerC = between(random, 0.5, 2.5);

  const settledMm = ({ vehicle }: Scene) => scale * (mountMm - (vehicle?.roofMm ?? 0));

  function echo(scene: Scene): Pick<Measurement, 'distanceMm' | 'distanceValid' | 'echoQuality'> {
    const dropOuts = scene.vehicle === undefined ? FLOOR_DROP_OUTS : ROOF_DROP_OUTS;
    if (random() < dropOuts) {
      return { distanceMm: DISTANCE_NO_TARGET, distanceValid: false, echoQuality: 0 };
    }
    const isOutlier = random() < OUTLIERS;
    const trueMm = isOutlier ? between(random, NEAREST_MM, mountMm) : settledMm(scene);
    const distanceMm = Math.max(NEAREST_MM, Math.round(trueMm + NOISE_MM * normal(random)));
    const echoQuality = Math.round(isOutlier ? between(random, 20, 50) : between(random, 70, 95));
    return { distanceMm, distanceValid: true, echoQuality };
  }

  return {
    settledDistanceMm: (at) => settledMm(world.sceneAt(bay, at)),
    measure: (at) => {
      const scene = world.sceneAt(bay, at);
      const cleanUt = added(baselineUt, scene.vehicle?.fieldUt ?? [0, 0, 0]);
      const noise = () => fieldNoiseUt * normal(random);
      return {
        ...echo(scene),
        temperatureC: scene.airC + warmerC + 0.05 * normal(random),
        fieldUt: clamped(added(cleanUt, [noise(), noise(), noise()])),
        magneticValid: true,
        supplyMv: Math.round(supplyMv + 4 * normal(random)),
      };
    },
  };
}

function clamped(field: Field): Field {
  const limit = (axis: number) => Math.min(FIELD_LIMIT_UT, Math.max(-FIELD_LIMIT_UT, axis));
  return [limit(field[0]), limit(field[1]), limit(field[2])];
}
