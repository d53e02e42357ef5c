const Z = 1.96;

/** Upper end of the 95 % interval of a share (Wilson). */
export function shareBound(hits: number, of: number): number {
  if (of === 0) return 1;
  const share = hits / of;
  const square = (Z * Z) / of;
  const middle = share + square / 2;
  const spread = Z * Math.sqrt((share * (1 - share)) / of + square / (4 * of));
  return Math.min(1, (middle + spread) / (1 + square));
}

/** Upper end of the 95 % interval of a Poisson count (Byar). */
export function countBound(count: number): number {
  const next = count + 1;
  return next * (1 - 1 / (9 * next) + Z / (3 * Math.sqrt(next))) ** 3;
}

/** The value that so many of them stay below; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
