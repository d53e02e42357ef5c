import fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianMm, withDistance } from '#gateway/sense/distance-window.ts';
import type { DistanceWindow } from '#gateway/sense/distance-window.ts';

test('the median of a window is the middle one of its last five, or three, whatever their order', () => {
  const distances = fc.array(fc.integer({ min: 300, max: 5_000 }), { maxLength: 9 });
  fc.assert(
    fc.property(distances, (all) => {
      const window = all.reduce<DistanceWindow>(
        (before, mm, at) => withDistance(before, { mm, at, side: undefined }, 1_000),
        [],
      );
      const last = all.slice(all.length >= 5 ? -5 : -3).toSorted((a, b) => a - b);
      expect(medianMm(window)).toBe(all.length < 3 ? undefined : last[last.length >> 1]);
    }),
  );
});
