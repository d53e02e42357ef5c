import { DISTANCE_INTERFERENCE, DISTANCE_NO_TARGET } from '#contract/distance-frame.ts';
import { betweenAt, keyOf, normalAt, uniformAt } from './chance.ts';
import type { Place, Scene } from './street.ts';
import type { Surroundings } from './surroundings.ts';

export interface Echo {
  /** mm, or 0xFFFD none, 0xFFFE interference. */
  readonly distanceMm: number;
  readonly distanceValid: boolean;
  /** 0 to 100. */
  readonly echoQuality: number;
}

export interface Ranging {
  echoAt(at: number, airC: number, compensatedC: number): Echo;
  /** Without noise, drop-outs, outliers and whoever walks by. */
  settledMm(at: number, airC: number, compensatedC: number): number;
}

const NOISE_MM = 5;
const SCALE_SHARE = 0.01;
const MOUNT_SPREAD_MM = 20;
const FLOOR_DROP_OUTS = 0.005;
const OUTLIERS = 0.003;
const DOUBLE_BOUNCES = 0.002;
const RAIN_DROP_OUTS = [0.05, 0.15] as const;
const RAIN_ECHOES = [0.01, 0.03] as const;
const COVERED_DROP_OUTS = 0.97;
const PERSON_DROP_OUTS = 0.2;
const CROSS_TALK = 0.01;
const CROSS_TALK_MS = 30;
const PING_PERIOD_MS = 250;
const NEAREST_MM = 300;
const FARTHEST_MM = 5_000;
/** More draws of one instant than the street has milliseconds between samples. */
const DRAWS_PER_MS = 64;

const NO_ECHO: Echo = { distanceMm: DISTANCE_NO_TARGET, distanceValid: false, echoQuality: 0 };
const DISTURBED: Echo = {
  distanceMm: DISTANCE_INTERFERENCE,
  distanceValid: false,
  echoQuality: 10,
};

/** Sound in air, m/s, at °C. */
export const soundMps = (airC: number): number => 331.3 + 0.606 * airC;

/**
 * The ultrasonic sensor over one bay. Of the unit: mount ±2 cm, scale ±1 %, when it pings. Of a
 * reading: noise σ 5 mm; sound as fast as the true air makes it, taken to be as fast as
 * `compensatedC` says; drop-outs (floor 0.5 %, vehicle its own), outliers 0.3 %, double bounces
 * 0.2 %, in rain 5–15 % more drop-outs and 1–3 % echoes of 0.3–0.8 m, hardly any echo of snow or
 * water, 1 % cross-talk while a neighbour pings within 30 ms.
 */
export function openRanging(
  { bay, mountMm: nominalMm, neighbours }: Place,
  scene: Scene,
  surroundings: Surroundings,
): Ranging {
  const { seed } = surroundings;
  const key = keyOf(seed, `ranging/${bay}`);
  const mountMm = nominalMm + betweenAt(key, 1, -MOUNT_SPREAD_MM, MOUNT_SPREAD_MM);
  const scale = 1 + betweenAt(key, 2, -SCALE_SHARE, SCALE_SHARE);
  const coverKey = keyOf(seed, `cover/${bay}`);
  const people = surroundings.people(keyOf(seed, `people/${bay}`));
  const carts = surroundings.carts(keyOf(seed, `carts/${bay}`));
  const ownPing = pingOf(seed, bay);
  const pings = neighbours.map((other) => pingOf(seed, other));

  const seenMm = (trueMm: number, airC: number, compensatedC: number) =>
    (scale * trueMm * soundMps(compensatedC)) / soundMps(airC);

  function isPingedAt(at: number): boolean {
    return pings.some(({ phaseMs, drift }) => {
      const apart = phaseMs - ownPing.phaseMs + (drift - ownPing.drift) * at;
      const into = ((apart % PING_PERIOD_MS) + PING_PERIOD_MS) % PING_PERIOD_MS;
      return Math.min(into, PING_PERIOD_MS - into) < CROSS_TALK_MS;
    });
  }

  /** What is nearest under the sensor, and how often it gives no echo. */
  function targetAt(at: number): { readonly trueMm: number; readonly dropOuts: number } {
    const stay = scene.under(at);
    if (stay !== undefined) {
      return { trueMm: mountMm - stay.vehicle.roofMm, dropOuts: stay.vehicle.dropOuts };
    }
    const person = people.at(at);
    if (person !== undefined) {
      const trueMm = mountMm - betweenAt(person.key, 1, 1_500, 1_850);
      return { trueMm, dropOuts: PERSON_DROP_OUTS };
    }
    const cart = carts.at(at);
    if (cart !== undefined) {
      return { trueMm: mountMm - betweenAt(cart.key, 1, 600, 1_200), dropOuts: 0.05 };
    }
    const isCovered = surroundings.isCovered(coverKey, at);
    return { trueMm: mountMm, dropOuts: isCovered ? COVERED_DROP_OUTS : FLOOR_DROP_OUTS };
  }

  return {
    settledMm: (at, airC, compensatedC) =>
      seenMm(mountMm - (scene.under(at)?.vehicle.roofMm ?? 0), airC, compensatedC),
    echoAt: (at, airC, compensatedC) => {
      const index = Math.floor(at * DRAWS_PER_MS);
      const { trueMm, dropOuts } = targetAt(at);
      const rain = surroundings.rainAt(at);
      const chance = uniformAt(key ^ 3, index);
      let oddness = dropOuts;
      if (rain > 0) {
        oddness += RAIN_DROP_OUTS[0] + rain * (RAIN_DROP_OUTS[1] - RAIN_DROP_OUTS[0]);
      }
      if (chance < oddness) return NO_ECHO;
      const quality = uniformAt(key ^ 4, index);
      const odd = (mm: number): Echo => ({
        distanceMm: Math.round(mm),
        distanceValid: true,
        echoQuality: Math.round(20 + 30 * quality),
      });
      const where = uniformAt(key ^ 5, index);
      // Of all readings with an echo, not of what the drop-outs left over.
      const kind = uniformAt(key ^ 6, index);
      let share = OUTLIERS;
      if (kind < share) return odd(NEAREST_MM + where * (mountMm - NEAREST_MM));
      share += DOUBLE_BOUNCES;
      if (kind < share) {
        const doubleMm = 2 * seenMm(trueMm, airC, compensatedC);
        return doubleMm > FARTHEST_MM ? NO_ECHO : odd(doubleMm);
      }
      if (rain > 0) {
        share += RAIN_ECHOES[0] + rain * (RAIN_ECHOES[1] - RAIN_ECHOES[0]);
        if (kind < share) return odd(NEAREST_MM + 500 * where);
      }
      if (kind < share + CROSS_TALK && isPingedAt(at)) {
        return where < 0.5 ? DISTURBED : odd(NEAREST_MM + 2 * (where - 0.5) * mountMm);
      }
      const noisyMm = seenMm(trueMm, airC, compensatedC) + NOISE_MM * normalAt(key ^ 7, index);
      return {
        distanceMm: Math.min(FARTHEST_MM, Math.max(NEAREST_MM, Math.round(noisyMm))),
        distanceValid: true,
        echoQuality: Math.round(70 + 25 * quality),
      };
    },
  };
}

/** Each node pings by its own crystal: its phase moves against its neighbours', ±30 ppm. */
function pingOf(seed: number, bay: string): { readonly phaseMs: number; readonly drift: number } {
  const key = keyOf(seed, `ping/${bay}`);
  return { phaseMs: PING_PERIOD_MS * uniformAt(key, 1), drift: betweenAt(key, 2, -3e-5, 3e-5) };
}
