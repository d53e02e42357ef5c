import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { deadlines } from '#contract/deadlines.ts';
import type { LotId } from '#contract/ids.ts';
import { until } from '../../support/until.ts';
import { serveStreet } from '../http/served-street.ts';
import { LivePage } from './live-page.ts';

const LOT = 'full' as LotId;

test('whoever comes, between whichever beats, is told first how things are, and then no older age', async () => {
  await using street = await serveStreet();
  const silent = new WebSocket(`${street.url.replace('http', 'ws')}/api/v1/live`);
  const told: unknown[] = [];
  silent.on('message', (data) => told.push(data));
  await until(() => silent.readyState === WebSocket.OPEN);
  const began = performance.now();
  const comers: LivePage[] = [];
  // One after the other over more than a beat, while the lot is observed and no state changes.
  while (performance.now() - began < 1.2 * deadlines.beatEveryMs) {
    street.liveState.observe(LOT, Date.now());
    const page = new LivePage(street.url, ['lots', `lot:${LOT}`]);
    await page.open();
    await until(() => page.beats.length > 0, { everyMs: 5 });
    comers.push(page);
  }
  expect(comers.length).toBeGreaterThan(5);
  for (const page of comers) {
    expect(page.heard.slice(0, 3).map(({ type }) => type)).toEqual([
      'snapshot',
      'snapshot',
      'beat',
    ]);
    const newest = Math.max(...page.snapshots.map(({ at }) => at));
    const seenAt = page.snapshots[0]?.lots?.find(({ lot }) => lot === LOT)?.observedAt ?? 0;
    expect(page.beats[0]?.at).toBeGreaterThanOrEqual(newest);
    expect(page.beats[0]?.observedAt[LOT]).toBeGreaterThanOrEqual(seenAt);
  }
  expect(told).toEqual([]);
  silent.terminate();
  await Promise.all(comers.map(async (page) => page.drop()));
});
