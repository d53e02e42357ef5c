import { ALONE, decidedUntil, newDetector, sense } from '#gateway/sense/detector.ts';
import type { Around, Decision, DetectorState } from '#gateway/sense/detector.ts';
import type { Sample } from '#gateway/sense/sample.ts';
import type { Vector } from '#gateway/sense/vector.ts';

export const parameters = { mountMm: 2_600, confirmMs: 3_000, unknownMs: 10_000 };

/** A field in µT over time, by its seconds from 0, and how far into the film each sample is taken. */
export interface FieldFilm {
  readonly fieldAt: (s: number) => Vector;
  readonly seconds: readonly number[];
  readonly distanceMmAt?: (s: number) => number | undefined;
  /** What the bays around say; absent: there are none. */
  readonly around?: Around;
}

/** Bays beside this one feel whatever it feels, as if a vehicle moved here. */
export const BESIDE_FEEL: Around = {
  ...ALONE,
  whose: () => ({ ownOdds: 8, support: 5, isLargest: true }),
};

export const every = (periodS: number, untilS: number): number[] =>
  Array.from({ length: Math.floor(untilS / periodS) }, (_, at) => at * periodS);

/** Noise that is the same for the same instant; about 0.1 µT. */
export function noisy({ x, y, z }: Vector, s: number): Vector {
  const wave = (by: number) => 0.1 * (Math.sin(s * by * 12.9898) + Math.sin(s * by * 78.233));
  return { x: x + wave(1.1), y: y + wave(1.7), z: z + wave(2.3) };
}

export const EMPTY: Vector = { x: 30, y: 0, z: 40 };

/** A car of this step that rolls in over 6 s until it stops, and out again over 3 s. */
export function withCar(
  field: Vector,
  s: number,
  {
    step,
    stopsS,
    leavesS,
  }: { readonly step: Vector; readonly stopsS: number; readonly leavesS: number },
): Vector {
  const share = shareOf(s, stopsS, leavesS);
  return {
    x: field.x + share * step.x,
    y: field.y + share * step.y,
    z: field.z + share * step.z,
  };
}

function shareOf(s: number, stopsS: number, leavesS: number): number {
  if (s < stopsS - 6 || s > leavesS + 1.5) return 0;
  if (s < stopsS) return onTheWay(1 - (stopsS - s) / 6);
  return s < leavesS - 1.5 ? 1 : onTheWay((leavesS + 1.5 - s) / 3);
}

/** Its near end pulls the other way first: on the way there is a point of no change. */
function onTheWay(progress: number): number {
  if (progress < 0.55) return -0.4 * Math.sin((Math.PI * progress) / 0.55);
  const rest = (progress - 0.55) / 0.45;
  return rest * rest * (3 - 2 * rest);
}

/** Cars that come and go in turn, each pulling the field elsewhere. */
export const STEP: Vector = { x: 12, y: -8, z: 10 };
export const CARS = [
  { step: STEP, stopsS: 200, leavesS: 500 },
  { step: { x: -6, y: 9, z: 4 }, stopsS: 800, leavesS: 1_100 },
  { step: { x: 2, y: 14, z: -9 }, stopsS: 1_500, leavesS: 1_900 },
];
export const street = (s: number, cars = CARS): Vector =>
  cars.reduce((field, car) => withCar(field, s, car), EMPTY);

export function showField(film: FieldFilm, seen: (field: Vector) => Vector = (field) => field) {
  let state: DetectorState = newDetector(parameters);
  const decisions: Decision[] = [];
  let claimedUntil = Number.NEGATIVE_INFINITY;
  let brokenClaims = 0;
  for (const s of film.seconds) {
    const at = Math.round(s * 1_000);
    const { x, y, z } = seen(noisy(film.fieldAt(s), s));
    const mm = film.distanceMmAt?.(s);
    const sample: Sample = {
      field: { xUt: x, yUt: y, zUt: z, quality: 'ok' },
      ...(film.distanceMmAt && {
        distance: {
          value: mm ?? 0xfffd,
          unit: 'mm',
          quality: mm === undefined ? 'no_target' : 'ok',
        },
      }),
      receivedAtMono: at,
    };
    const sensed = sense(state, sample, at, parameters, film.around);
    state = sensed.state;
    if (sensed.decision) {
      decisions.push(sensed.decision);
      const isKnown = sensed.decision.state !== 'unknown';
      if (isKnown && sensed.decision.sensedAt < claimedUntil) brokenClaims += 1;
    }
    claimedUntil = Math.max(
      claimedUntil,
      decidedUntil(state, parameters.confirmMs) ?? claimedUntil,
    );
  }
  return { state, decisions, brokenClaims };
}

export const told = (decisions: readonly Decision[]): string =>
  decisions.map(({ state, sensedAt }) => `${state}@${Math.round(sensedAt / 1_000)}`).join(' ');
