import { hash32 } from './random.ts';

/**
 * Draws by number instead of by turn: the same key and index give the same draw, whenever and in
 * whatever order it is asked for. So physics is a function of the instant.
 */

/** The key of a seed and a name; 32 bits. */
export function keyOf(seed: number, name: string): number {
  return hash32(`${seed}/${name}`);
}

/** Uniform in [0, 1). `index` is a whole number up to 2^53. */
export function uniformAt(key: number, index: number): number {
  const high = Math.floor(index / 0x1_0000_0000) | 0;
  let hash = key ^ Math.imul(index | 0, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16) ^ Math.imul(high, 0x27d4eb2f), 0x85ebca6b);
  hash = Math.imul((hash ^ (hash >>> 13)) + key, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 14)) >>> 0) / 0x1_0000_0000;
}

export function betweenAt(key: number, index: number, from: number, to: number): number {
  return from + (to - from) * uniformAt(key, index);
}

const SECOND = 0x5bd1e995;

/** Normal with mean 0 and deviation 1 (Box and Muller). */
export function normalAt(key: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(key, index)));
  return radius * Math.cos(2 * Math.PI * uniformAt(key ^ SECOND, index));
}

/** Log-normal by its median and the deviation of its logarithm. */
export function logNormalAt(key: number, index: number, median: number, sigma: number): number {
  return median * Math.exp(sigma * normalAt(key, index));
}

/** A stream of `openRandom`'s kind that begins at this draw: for what is drawn once. */
export function drawsOf(key: number): () => number {
  let index = 0;
  return () => {
    index += 1;
    return uniformAt(key, index);
  };
}
