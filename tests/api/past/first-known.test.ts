import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FirstKnown } from '#api/past/first-known.ts';
import type { KnownLots } from '#api/past/first-known.ts';
import type { StateChange } from '#api/state/live-state.ts';

const nothing: StateChange = { bays: [], lots: [] };
const listeners = new Set<(changed: StateChange) => void>();
let observedAt: number | null = null;
const liveState: KnownLots = {
  lots: () => [{ observedAt }],
  onChanged: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  observedAt = null;
});
afterEach(() => {
  vi.useRealTimers();
  listeners.clear();
});

async function seenAfter(firstKnown: FirstKnown, change: () => void): Promise<boolean> {
  let isSeen = false;
  void firstKnown.seen.then(() => (isSeen = true));
  change();
  await vi.advanceTimersByTimeAsync(0);
  return isSeen;
}

const tell = (): void => {
  for (const listener of listeners) listener(nothing);
};

test('is when a lot has a bay that was observed, and then listens no more', async () => {
  const firstKnown = new FirstKnown();
  firstKnown.listenTo(liveState);
  expect(await seenAfter(firstKnown, tell)).toBe(false);
  observedAt = 1;
  expect(await seenAfter(firstKnown, tell)).toBe(true);
  expect(listeners.size).toBe(0);
});

test('is late where nothing is heard', async () => {
  const firstKnown = new FirstKnown(20_000);
  firstKnown.listenTo(liveState);
  expect(await seenAfter(firstKnown, () => vi.advanceTimersByTime(19_999))).toBe(false);
  expect(await seenAfter(firstKnown, () => vi.advanceTimersByTime(1))).toBe(true);
});

test('is no more waited for once it is stopped, before anybody is listened to', async () => {
  const firstKnown = new FirstKnown();
  firstKnown.stop();
  firstKnown.listenTo(liveState);
  expect(await seenAfter(firstKnown, tell)).toBe(true);
  expect([vi.getTimerCount(), listeners.size]).toEqual([0, 0]);
});
