import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whoseStep } from '#gateway/sense/whose-step.ts';
import type { SteppedBay } from '#gateway/sense/whose-step.ts';

const ROW = [0, 1, 2, 3, 4];
const beside = (bay: number) => [bay - 1, bay + 1].filter((at) => ROW.includes(at));

/** Five bays in a row, by how far each field moved. */
const row = (ratios: readonly number[]): Map<number, SteppedBay> =>
  new Map(ROW.map((bay) => [bay, { ratio: ratios[bay] ?? 0, beside: beside(bay), moves: 0 }]));

test('what a vehicle does to the bays beside it is not theirs', () => {
  const ratio = fc.double({ min: 0.06, max: 0.25, noNaN: true });
  fc.assert(
    fc.property(ratio, ratio, fc.double({ min: 0.8, max: 2, noNaN: true }), (left, right, own) => {
      const bays = row([0, left, own, right, 0]);
      expect(whoseStep(2, bays).ownOdds).toBeGreaterThan(2);
      expect(whoseStep(1, bays).ownOdds).toBeLessThan(-1);
      expect(whoseStep(3, bays).ownOdds).toBeLessThan(-1);
    }),
  );
});

test('of two vehicles side by side that move at once neither is taken for the other', () => {
  const ratio = fc.double({ min: 0.6, max: 2, noNaN: true });
  fc.assert(
    fc.property(ratio, ratio, (one, other) => {
      const bays = row([0.12, one, other, 0.12, 0]);
      expect(whoseStep(1, bays).ownOdds).toBeGreaterThan(1);
      expect(whoseStep(2, bays).ownOdds).toBeGreaterThan(1);
    }),
  );
});

test('only the largest step around tells how large a node’s own are', () => {
  const bays = row([0, 0.5, 1.4, 0.2, 0]);
  expect(ROW.filter((bay) => whoseStep(bay, bays).isLargest)).toEqual([2]);
});
