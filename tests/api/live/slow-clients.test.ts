import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { serveStreet } from '../http/served-street.ts';
import type { ServedStreet } from '../http/served-street.ts';
import { aStreet, bayId } from '../http/street.ts';
import { LivePage } from './live-page.ts';

const BAYS = 640;
const KIB = 1_024;

/** Changes every bay at once; the frame that tells of it has some 35 KiB. */
function changeAll(street: ServedStreet, at: number): void {
  const state = at % 2 === 0 ? 'vacant' : 'occupied';
  street.liveState.set(
    Array.from({ length: BAYS }, (_, bay) => [bayId(bay), state] as const),
    at,
  );
}

/** Goes on changing, a frame at a time, until the condition holds; gives the number of changes. */
async function changeUntil(
  street: ServedStreet,
  condition: () => boolean,
  afterFrame: (at: number) => Promise<unknown> = async () => undefined,
): Promise<number> {
  for (let at = 1; at < 5_000; at += 1) {
    const { seq } = street.serving.hub.snapshot('lots') ?? { seq: 0 };
    changeAll(street, at);
    await until(() => street.serving.hub.snapshot('lots')?.seq !== seq, { everyMs: 1 });
    await afterFrame(at);
    if (condition()) return at;
  }
  throw new Error(`not within 5000 frames: ${condition.toString()}`);
}

const sinceOf = (page: LivePage) => page.bays('full')[bayId(1)]?.since;

test('a client that never reads is cut off; the process does not grow and the others do not wait', async () => {
  await using street = await serveStreet({
    site: aStreet({ bays: BAYS }),
    config: { coalesceMs: 10 },
    liveLimits: { stuckMs: 1_500 },
  });
  const reader = new LivePage(street.url, ['lot:full']);
  const deaf = new LivePage(street.url, ['lot:full']);
  await reader.open();
  await deaf.open();
  await until(() => deaf.snapshots.length === 1 && reader.snapshots.length === 1);
  deaf.socket?.pause();

  const before = process.memoryUsage();
  const delaysMs: number[] = [];
  const last = await changeUntil(
    street,
    () => street.serving.hub.counts.cut > 0,
    async (at) => {
      const began = performance.now();
      await until(() => sinceOf(reader) === at, { everyMs: 1 });
      delaysMs.push(performance.now() - began);
      // This test watches the server's memory, and the reader lives in the same process.
      reader.heard.length = 0;
    },
  );
  expect(street.serving.hub.counts.skips).toBeGreaterThan(0);
  expect(Math.max(...delaysMs)).toBeLessThan(500);
  // What waited for the deaf one was bounded by its limit, however much was sent to the reader.
  const { external } = process.memoryUsage();
  expect(external - before.external).toBeLessThan(24 * KIB * KIB);
  expect(last * 35 * KIB).toBeGreaterThan(2 * KIB * KIB);
  expect(reader.gaps).toEqual([]);
  expect(street.serving.hub.counts.clients).toBe(1);
  deaf.socket?.resume();
  await deaf.untilClosed();
  await reader.drop();
});

test('a client that reads again gets the present, not every step that it missed', async () => {
  await using street = await serveStreet({
    site: aStreet({ bays: BAYS }),
    config: { coalesceMs: 10 },
    liveLimits: { stuckMs: 60_000 },
  });
  const page = new LivePage(street.url, ['lot:full']);
  await page.open();
  await until(() => page.snapshots.length === 1);
  page.socket?.pause();
  const last = await changeUntil(street, () => street.serving.hub.counts.skips > 20);
  page.socket?.resume();
  await until(() => sinceOf(page) === last);
  expect(page.snapshots.length).toBeGreaterThan(1);
  expect(page.deltas.length).toBeLessThan(last);
  expect(page.gaps).toEqual([]);
  await page.drop();
});
