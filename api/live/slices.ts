import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Does `work` for each item, and lets the event loop turn whenever a slice has taken `sliceMs`:
 * thousands of writes must not hold up the one thread. Items added meanwhile come at the end.
 */
export async function inSlices<T>(
  items: Iterable<T>,
  sliceMs: number,
  work: (item: T) => void,
): Promise<void> {
  let until = performance.now() + sliceMs;
  for (const item of items) {
    work(item);
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + sliceMs;
  }
}
