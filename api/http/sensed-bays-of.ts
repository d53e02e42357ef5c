import { isShownSingly } from '#contract/bay-class.ts';
import type { LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { Bay } from '#contract/site.ts';

const known = new WeakMap<Site, ReadonlyMap<LotId, number>>();
const knownShown = new WeakMap<Site, ReadonlyMap<LotId, number>>();

/** How many bays of each lot have a sensor; counted once for each site. */
export function sensedBaysOf(site: Site): ReadonlyMap<LotId, number> {
  return countedOnce(known, site, () => site.bays);
}

/** How many of those everybody may see one by one. */
export function shownBaysOf(site: Site): ReadonlyMap<LotId, number> {
  return countedOnce(knownShown, site, () =>
    site.bays.filter(({ properties }) => isShownSingly(properties.class)),
  );
}

function countedOnce(
  counted: WeakMap<Site, ReadonlyMap<LotId, number>>,
  site: Site,
  baysOf: () => readonly Bay[],
): ReadonlyMap<LotId, number> {
  const before = counted.get(site);
  if (before) return before;
  const lots = new Map(baysOf().map(({ properties: { id, lot } }) => [id, lot]));
  const counts = new Map<LotId, number>();
  for (const { properties } of site.gateways) {
    for (const { bay } of properties.lines.flatMap((line) => line.sensors)) {
      const lot = lots.get(bay);
      if (lot !== undefined) counts.set(lot, (counts.get(lot) ?? 0) + 1);
    }
  }
  counted.set(site, counts);
  return counts;
}
