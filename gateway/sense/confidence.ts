import { OCCUPIED_BELOW_FLOOR_MM, VACANT_BELOW_FLOOR_MM } from './distance-window.ts';

/** What a reading just past its threshold, from a sensor that seldom answers, is worth. */
const LEAST = 0.6;
/** Overhead ultrasonic sensors are right in 98 to 99 of 100 cases, and no more is claimed. */
const MOST = 0.98;
/** So far past the threshold, a reading is as clear as it gets. */
const CLEAR_MM = 200;

/**
 * A plain figure, not a calibrated one: how far the median is past its threshold, times the share of
 * samples that were valid, between what a bad and what a good overhead sensor is worth.
 */
export function confidenceOfDistance(view: {
  readonly side: 'vacant' | 'occupied';
  readonly mm: number;
  readonly floorMm: number;
  readonly validShare: number;
}): number {
  const { side, mm, floorMm, validShare } = view;
  const pastMm =
    side === 'occupied'
      ? floorMm - OCCUPIED_BELOW_FLOOR_MM - mm
      : mm - (floorMm - VACANT_BELOW_FLOOR_MM);
  const clear = Math.min(1, Math.max(0, pastMm / CLEAR_MM));
  return Math.round(100 * (LEAST + (MOST - LEAST) * clear * validShare)) / 100;
}

export function confidenceOf(_kind: 'field', odds: number): number {
  return Math.round(100 / (1 + Math.exp(-odds))) / 100;
}
