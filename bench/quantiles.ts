import type { Runs } from './report.ts';

/** The value below which `share` of the others are; NaN of none. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Median, least and most. */
export function runsOf(values: readonly number[]): Runs {
  const sorted = values.toSorted((a, b) => a - b);
  const none = Number.NaN;
  return {
    median: sorted[sorted.length >> 1] ?? none,
    spread: [sorted[0] ?? none, sorted.at(-1) ?? none],
  };
}
