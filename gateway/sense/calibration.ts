import type { Known } from './distance-vote.ts';

/**
 * Of the states that were given with such evidence, so many were right: by kind of evidence, state
 * and class of strength, weakest first. Made by `npm run calibrate`; see docs/accuracy.md.
 */
export const CALIBRATION: Readonly<
  Record<
    'distance' | 'distance against field' | 'both' | 'field',
    Readonly<Record<Known, readonly number[]>>
  >
> = {
  distance: { vacant: [0.963, 0.971, 0.996, 0.999], occupied: [0.953, 0.943, 0.964, 0.97] },
  'distance against field': {
    vacant: [0.733, 0.97, 0.996, 0.999],
    occupied: [0.8, 0.913, 0.976, 0.991],
  },
  both: { vacant: [0.8, 0.8, 0.8, 0.8], occupied: [0.952, 0.991, 0.997, 0.998] },
  field: {
    vacant: [0.439, 0.561, 0.824, 0.906, 0.959, 0.976, 0.996],
    occupied: [0.776, 0.901, 0.895, 0.926, 0.989, 0.992, 0.997],
  },
};
