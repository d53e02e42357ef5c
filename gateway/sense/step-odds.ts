/**
 * How likely a step is of one or another origin, as ln densities over vectors in units of the
 * node's median vehicle step. Shapes: steps of real in-ground nodes (p1 0.06, p5 0.28, p25 0.63,
 * p75 1.7, p95 3.3), what a departure leaves behind (p50 0.06, p95 0.28), what a neighbour's parked
 * car adds (0.05 to 0.25), changes without an event (p50 0.02, p99 0.16 in 10 min).
 */
const ROOT_2PI = Math.sqrt(2 * Math.PI);
const LN_4PI = Math.log(4 * Math.PI);

/** Log-normal by its median, as a density over ln of the ratio. */
function logNormal(ratio: number, median: number, sigma: number): number {
  const z = Math.log(ratio / median) / sigma;
  return Math.exp(-(z * z) / 2) / (sigma * ROOT_2PI);
}

/** Between two ratios, evenly over their logarithm. */
const between = (ratio: number, least: number, most: number): number =>
  ratio > least && ratio < most ? 1 / Math.log(most / least) : 0;

/** A vehicle's own step: log-normal, with a tail of vehicles of little iron. */
export const ownDensity = (ratio: number): number =>
  Math.log(0.88 * logNormal(ratio, 1.02, 0.75) + 0.12 * between(ratio, 0.03, 0.4) + 1e-5);

/** How well a node's median step is known, as a deviation of its logarithm. */
const MEDIAN_SIGMA = 0.3;

/** What a vehicle in the next bay does to this one: 0.05 to 0.25, as well as the median is known. */
export function besideDensity(ratio: number): number {
  const above = (edge: number) =>
    1 / (1 + Math.exp((-1.702 * Math.log(ratio / edge)) / MEDIAN_SIGMA));
  return Math.log((above(0.05) - above(0.25)) / Math.log(0.25 / 0.05) + 1e-6);
}

/** What is left when a vehicle's step is taken back: the old remanence for the new. */
export const leftDensity = (ratio: number): number => Math.log(logNormal(ratio, 0.1, 0.85) + 1e-4);

/** Chargers, iron moved about, fast drift; hardly ever as much as a car. */
export const strayDensity = (ratio: number): number =>
  Math.log(logNormal(ratio, 0.04, 0.7) + 0.002 * logNormal(ratio, 0.6, 0.8) + 1e-6);

const TEN_MINUTES_MS = 600_000;

/** What creeps in so long while nothing happens: 0.02 in 10 min, 0.16 in 24 h, and tenfold at times. */
export function driftDensity(ratio: number, forMs: number): number {
  const median = 0.02 * Math.max(1, forMs / TEN_MINUTES_MS) ** 0.42;
  return Math.log(logNormal(ratio, median, 0.95) + 1e-5);
}

/** From a density over ln of the ratio to one over vectors of any direction. */
export const overVectors = (lnDensity: number, ratio: number): number =>
  lnDensity - LN_4PI - 3 * Math.log(ratio);

export function lnSum(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  return a > b ? a + Math.log(1 + Math.exp(b - a)) : b + Math.log(1 + Math.exp(a - b));
}
