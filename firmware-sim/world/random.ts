import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of numbers uniform in [0, 1). */
export type Random = () => number;

/**
 * The stream that belongs to a seed and a name: streams of different names are independent, so
 * that one more bay, node or draw leaves every other stream as it was.
 */
export function openRandom(seed: number, name: string): Random {
  const state = [1, 2, 3, 4].map((part) => hash32(`${part}/${seed}/${name}`));
  const generator = xoroshiro128plusFromState(state);
  return () => uniformFloat64(generator);
}

/** FNV-1a with the finaliser of MurmurHash3, as a signed 32-bit integer. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

export function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random();
}

/** Exponential with this mean. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** Normal with mean 0 and deviation 1 (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Log-normal by its median and the deviation of its logarithm. */
export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(random));
}
