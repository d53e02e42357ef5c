import { describe, expect, test } from 'vitest';
import { BayId, LotId } from '#contract/ids.ts';
import { effectiveSiteOf, nextOverlayEdge, overlayText } from '#contract/site-overlay.ts';
import type { OverlayChange, SiteOverlay } from '#contract/site-overlay.ts';
import { isoOf } from '#contract/time.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const folder = openTempFolder();
writeSmallSite(folder.path, { lots: 2, baysPerLot: 3 });
const site = readSiteFolder(folder.path);
folder[Symbol.dispose]();

const LOT = LotId.parse('lot-1');
const BAY = BayId.parse('lot-1-2');
const T = Date.parse('2026-11-22T09:00:00+09:00');
let made = 0;

function overlay(change: OverlayChange, from: number, until: number | null): SiteOverlay {
  made += 1;
  const id = made.toString(16).padStart(16, '0');
  return {
    id,
    change,
    from: isoOf(from),
    until: until === null ? null : isoOf(until),
    author: 'kim',
  };
}

const lotClosed = { kind: 'lotOutOfService', lot: LOT } as const;
const bayClosed = { kind: 'bayOutOfService', bay: BAY } as const;
const hoursOf = (lot: LotId, overlays: readonly SiteOverlay[], at = T) =>
  effectiveSiteOf(site, overlays, at).site.lots.find(({ properties }) => properties.id === lot)
    ?.properties.openHours;

describe('an overlay', () => {
  test('holds from its beginning until before its end', () => {
    const overlays = [overlay(bayClosed, T, T + 10)];
    const closedAt = (at: number) => effectiveSiteOf(site, overlays, at).closedBays.has(BAY);
    expect([T - 1, T, T + 9, T + 10].map(closedAt)).toEqual([false, true, true, false]);
    expect([T - 1, T, T + 10].map((at) => nextOverlayEdge(overlays, at))).toEqual([
      T,
      T + 10,
      undefined,
    ]);
  });

  test('of nothing leaves the very site, and so its revision', () => {
    expect(effectiveSiteOf(site, [overlay(bayClosed, T + 1, null)], T).site).toBe(site);
  });

  test('that closes a lot closes its bays and its hours, whatever hours are laid over it too', () => {
    const open = { kind: 'lotHours', lot: LOT, openHours: 'always' } as const;
    const both = [overlay(lotClosed, T - 5, null), overlay(open, T - 1, null)];
    const { closedBays, closedLots } = effectiveSiteOf(site, both, T);
    expect([closedBays.size, [...closedLots]]).toEqual([3, [LOT]]);
    expect(hoursOf(LOT, both)).toMatchObject({ weekday: [], holiday: [] });
    expect(hoursOf(LotId.parse('lot-2'), both)).toBe('always');
  });

  test('that came later wins over an earlier one of the same kind', () => {
    const span = [{ from: '09:00', to: '12:00' }];
    const day = { weekday: span, saturday: span, sunday: span, holiday: span };
    const hours = { kind: 'lotHours', lot: LOT, openHours: day } as const;
    const always = { kind: 'lotHours', lot: LOT, openHours: 'always' } as const;
    expect(hoursOf(LOT, [overlay(hours, T - 1, null), overlay(always, T - 9, null)])).toEqual(day);
  });

  test('of what the site has no more does nothing', () => {
    const gone = { kind: 'bayOutOfService', bay: BayId.parse('gone') } as const;
    expect(effectiveSiteOf(site, [overlay(gone, T, null)], T).closedBays.size).toBe(0);
  });

  test('reads as one line', () => {
    const said = overlayText({ ...overlay(lotClosed, T, null), reason: 'roadworks' });
    expect(said).toBe(
      'lot lot-1 out of service from 2026-11-22T00:00:00.000Z until ended, by kim: roadworks',
    );
  });
});
