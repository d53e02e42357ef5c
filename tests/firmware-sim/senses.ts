import type { Measurement, Senses } from '#firmware-sim/node/senses.ts';

/** Sensors that say what a test wants. */
export function fixedSenses(change: Partial<Measurement> = {}): Senses & { distanceMm: number } {
  const senses = {
    distanceMm: change.distanceMm ?? 2_600,
    measure: () => ({
      distanceValid: true,
      echoQuality: 90,
      temperatureC: 20,
      fieldUt: [0, 0, 0] as const,
      magneticValid: true,
      supplyMv: 5_000,
      supplyLow: false,
      ...change,
      distanceMm: senses.distanceMm,
    }),
    settledDistanceMm: () => senses.distanceMm,
  };
  return senses;
}
