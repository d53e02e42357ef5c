import { afterFrame, inNextTask } from './after-frame.ts';

/** Once the browser has had time for a finger, and, where asked and seen, has made a frame. */
export async function nextTask({ afterFrame: isAfterFrame = false } = {}): Promise<void> {
  return new Promise((resolve) => {
    if (isAfterFrame && document.visibilityState === 'visible') afterFrame(resolve);
    else inNextTask(resolve);
  });
}

/** Whether the reader has seen anything of this page. */
export function isPainted(): boolean {
  return performance.getEntriesByName('first-contentful-paint').length > 0;
}

const PATIENCE_MS = 2_000;

/** When nothing else is to be done; Safari does not say when that is. */
export function whenIdle(act: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(act, { timeout: PATIENCE_MS });
  else setTimeout(act, PATIENCE_MS / 4);
}
