/** The value below which this share (0 to 1) lies; NaN of none. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);
