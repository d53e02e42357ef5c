/** A slow phone takes some ten milliseconds to read so many, or to price them. */
export const LOTS_A_STEP = 16;

/** All in their order, so many at a time. */
export function inSteps<T>(all: readonly T[], most: number): T[][] {
  const steps: T[][] = [];
  for (let at = 0; at < all.length; at += most) steps.push(all.slice(at, at + most));
  return steps;
}
