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
  distance: { vacant: [0.98, 0.98, 0.99, 0.99], occupied: [0.9, 0.9, 0.95, 0.95] },
  'distance against field': { vacant: [0.99, 0.99, 0.99, 0.99], occupied: [0.5, 0.5, 0.5, 0.5] },
  both: { vacant: [0.99, 0.99, 0.99, 0.99], occupied: [0.99, 0.99, 0.99, 0.99] },
  field: {
    vacant: [0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99],
    occupied: [0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99],
  },
};
