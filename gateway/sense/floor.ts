/** The floor follows this slowly: a car that arrives must not become the floor. */
const TIME_CONSTANT_MS = 600_000;
/** One step never counts a longer silence than this. */
const MOST_STEP_MS = 10_000;
/** A floor that is not within this of the mounting height is not the floor. */
const MOST_OFF_MM = 350;
/** Farther from the floor than this is an echo of something else. */
const NEAR_FLOOR_MM = 200;

/**
 * The floor's distance after one more look at the vacant bay: drifts with temperature (sound is 5 %
 * faster at 30 °C), snow and time are learned, up to a bound.
 */
export function learnedFloor(look: {
  readonly floorMm: number;
  readonly mm: number;
  readonly elapsedMs: number;
  readonly mountMm: number;
}): number {
  const { floorMm, mm, elapsedMs, mountMm } = look;
  if (Math.abs(mm - floorMm) > NEAR_FLOOR_MM) return floorMm;
  const share = Math.min(elapsedMs, MOST_STEP_MS) / TIME_CONSTANT_MS;
  const learned = floorMm + share * (mm - floorMm);
  return Math.min(mountMm + MOST_OFF_MM, Math.max(mountMm - MOST_OFF_MM, learned));
}
