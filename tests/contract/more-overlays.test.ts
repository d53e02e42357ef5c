import { expect, test } from 'vitest';
import { BayId, LotId } from '#contract/ids.ts';
import { NewOverlayBody } from '#contract/site-change.ts';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import type { OverlayChange, SiteOverlay } from '#contract/site-overlay.ts';
import { isoOf } from '#contract/time.ts';
import { revisionOf } from '#api/site/site-revision.ts';
import { aStreet } from '../api/http/street.ts';

const site = aStreet();
const T = Date.parse('2026-11-22T09:00:00+09:00');
const BAY = BayId.parse('full-2');
const LOT = LotId.parse('full');

const lay = (...changes: OverlayChange[]) =>
  effectiveSiteOf(
    site,
    changes.map((change, at): SiteOverlay => ({
      id: String(at).padStart(16, '0'),
      change,
      from: isoOf(T + at),
      until: isoOf(T + 1_000),
      author: 'kim',
    })),
    T + 500,
  );

test('what somebody saw of a bay holds by the last word, unless the bay is out of service', () => {
  const occupied = { kind: 'bayState', bay: BAY, state: 'occupied' } as const;
  const vacant = { ...occupied, state: 'vacant' } as const;
  expect([...lay(occupied, vacant).corrected]).toEqual([[BAY, { state: 'vacant', since: T + 1 }]]);
  expect(lay(vacant, { kind: 'lotOutOfService', lot: LOT }).corrected.size).toBe(0);
  const revisions = [lay(), lay(occupied), lay(vacant)].map(revisionOf);
  expect(new Set(revisions).size).toBe(3);
});

test('tariff, notice and hours of one lot are laid over it together, and over no other', () => {
  const tariff = { kind: 'free' } as const;
  const notice = { ko: '공사 중' };
  const { lots } = lay(
    { kind: 'lotTariff', lot: LOT, tariff },
    { kind: 'lotNotice', lot: LOT, notice },
    { kind: 'lotHours', lot: LOT, openHours: 'always' },
  ).site;
  const [own, ...others] = lots;
  expect(own?.properties).toMatchObject({ tariff, notice, openHours: 'always' });
  expect(others).toEqual(site.lots.slice(1));
});

test('a correction has an end, within a day', () => {
  const change = { kind: 'bayState', bay: BAY, state: 'vacant' } as const;
  const ends = (until: string | null | undefined, from = isoOf(T)) =>
    NewOverlayBody.safeParse({ change, from, ...(until !== undefined && { until }) }).success;
  expect([ends(undefined), ends(null), ends(isoOf(T + 86_400_001))]).toEqual([false, false, false]);
  expect([ends(isoOf(T + 86_400_000)), ends(isoOf(T + 1))]).toEqual([true, true]);
});
