import { expect, test } from 'vitest';
import { openRandom } from '#firmware-sim/world/random.ts';
import {
  drawRestMs,
  drawStayMs,
  MEAN_STAY_MS,
  STAY_KINDS,
} from '#firmware-sim/world/stay-lengths.ts';

const MINUTE_MS = 60_000;

function draws(draw: (random: () => number) => number, count = 40_000): number[] {
  const random = openRandom(7, 'test');
  return Array.from({ length: count }, () => draw(random)).toSorted((a, b) => a - b);
}

const shareBelow = (sorted: readonly number[], ms: number) =>
  sorted.filter((value) => value < ms).length / sorted.length;

/** The normal distribution's share below x (Zelen and Severo's approximation). */
function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

test('stays have the medians 5, 45 and 400 minutes', () => {
  expect(STAY_KINDS.map(({ medianMs }) => medianMs / MINUTE_MS)).toEqual([5, 45, 400]);
  expect(STAY_KINDS.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test.each([1, 3, 5, 10, 20, 45, 90, 200, 400, 600])(
  'as many stays are shorter than %i minutes as the mixture says',
  (minutes) => {
    const expected = STAY_KINDS.reduce(
      (sum, { share, medianMs, sigma }) =>
        sum + share * normalShare(Math.log((minutes * MINUTE_MS) / medianMs) / sigma),
      0,
    );
    expect(shareBelow(draws(drawStayMs), minutes * MINUTE_MS)).toBeCloseTo(expected, 1.9);
  },
);

test('the mean stay is what demand reckons with', () => {
  const stays = draws(drawStayMs);
  const meanMs = stays.reduce((sum, ms) => sum + ms, 0) / stays.length;
  expect(meanMs / MEAN_STAY_MS).toBeGreaterThan(0.97);
  expect(meanMs / MEAN_STAY_MS).toBeLessThan(1.03);
});

test('a car met standing stays on for half of a length-biased stay on average', () => {
  // E[S²] / 2 E[S], the mean residual life of a renewal process.
  const second = STAY_KINDS.reduce(
    (sum, { share, medianMs, sigma }) => sum + share * medianMs ** 2 * Math.exp(2 * sigma ** 2),
    0,
  );
  const rests = draws(drawRestMs);
  const meanMs = rests.reduce((sum, ms) => sum + ms, 0) / rests.length;
  expect(meanMs / (second / (2 * MEAN_STAY_MS))).toBeGreaterThan(0.95);
  expect(meanMs / (second / (2 * MEAN_STAY_MS))).toBeLessThan(1.05);
});
