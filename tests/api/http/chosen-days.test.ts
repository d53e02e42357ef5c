import { expect, test } from 'vitest';
import { WallClock } from '#api/history/answers/wall-clock.ts';
import { chosenDaysOf } from '#api/http/chosen-days.ts';
import { siteIndexOf } from '#api/http/site-index.ts';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import type { MarketId } from '#contract/ids.ts';
import { aStreet } from './street.ts';

const index = siteIndexOf(effectiveSiteOf(aStreet({ marketDays: [2, 7] }), [], 0));
const clock = new WallClock('Asia/Seoul');
const isIn = (days: string | undefined, at: string, market?: string) =>
  chosenDaysOf(
    index,
    { days, interval: 'hour', market: market as MarketId | undefined },
    clock,
  )({ from: Date.parse(at) });

test('a market day is one of the place, from its midnight to the next', () => {
  expect(isIn('market', '2026-11-21T23:59:59+09:00')).toBe(false);
  expect(isIn('market', '2026-11-22T00:00:00+09:00')).toBe(true);
  expect(isIn('market', '2026-11-22T23:59:59+09:00')).toBe(true);
  expect(isIn('market', '2026-11-23T00:00:00+09:00')).toBe(false);
  expect(isIn('market', '2026-12-07T10:00:00+09:00', 'market')).toBe(true);
});

test('a weekday may be asked for beside market days; without either every day counts', () => {
  expect(isIn('market,mon', '2026-11-23T00:00:00+09:00')).toBe(true);
  expect(isIn('sat,sun', '2026-11-23T00:00:00+09:00')).toBe(false);
  expect(isIn(undefined, '2026-11-23T00:00:00+09:00')).toBe(true);
});
