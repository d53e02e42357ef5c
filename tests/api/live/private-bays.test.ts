import { afterEach, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { serveStreet } from '../http/served-street.ts';
import type { ServedStreet } from '../http/served-street.ts';
import { LivePage } from './live-page.ts';

let street: ServedStreet;
afterEach(async () => street[Symbol.asyncDispose]());

test('a page never learns the state of a resident’s bay, nor when it changed', async () => {
  street = await serveStreet();
  const page = new LivePage(street.url, ['lots', 'lot:full']);
  await page.open();
  await until(() => page.snapshots.length === 2);
  // Nor the moment at which it changed: the first frame is that of another bay.
  street.liveState.set([['full-6', 'occupied']], 5_000);
  street.liveState.set([['full-5', 'vacant']], 6_000);
  await until(() => page.deltas.some(({ channel }) => channel === 'lots'));
  expect(page.deltas.map(({ seq }) => seq)).toEqual([1, 1]);
  expect(page.lots()['full']?.counts).toContainEqual({
    class: 'resident',
    vacant: 0,
    occupied: 0,
    unknown: 1,
  });
  expect(JSON.stringify(page.heard)).not.toContain('full-6');
  const polled = await fetch(`${street.url}/api/v1/live?channel=lot:full`);
  expect(await polled.text()).not.toContain('full-6');
  await page.drop();
});
