import type { LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';

const known = new WeakMap<Site, ReadonlyMap<LotId, number>>();

/** How many bays of each lot have a sensor; counted once for each site. */
export function sensedBaysOf(site: Site): ReadonlyMap<LotId, number> {
  const before = known.get(site);
  if (before) return before;
  const lots = new Map(site.bays.map(({ properties: { id, lot } }) => [id, lot]));
  const counts = new Map<LotId, number>();
  for (const { properties } of site.gateways) {
    for (const { bay } of properties.lines.flatMap((line) => line.sensors)) {
      const lot = lots.get(bay);
      if (lot !== undefined) counts.set(lot, (counts.get(lot) ?? 0) + 1);
    }
  }
  known.set(site, counts);
  return counts;
}
