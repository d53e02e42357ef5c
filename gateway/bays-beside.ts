import { distanceM, middleOf } from '#contract/geo.ts';
import type { Position } from '#contract/geo.ts';
import type { BayId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';

/** Bays beside each other are this near to the nearest of them, and never farther than this. */
const NEARLY = 1.25;
const FARTHEST_M = 8;
const MOST = 4;

/** The bays of the same lot that a bay's vehicle is felt in, by the site's geometry. */
export function baysBeside(site: Site): ReadonlyMap<BayId, readonly BayId[]> {
  const lots = new Map<string, { readonly bay: BayId; readonly middle: Position }[]>();
  for (const { properties, geometry } of site.bays) {
    const lot = lots.get(properties.lot) ?? [];
    lot.push({ bay: properties.id, middle: middleOf(geometry.coordinates) });
    lots.set(properties.lot, lot);
  }
  const beside = new Map<BayId, readonly BayId[]>();
  for (const bays of lots.values()) {
    for (const { bay, middle } of bays) {
      const near = bays
        .filter((other) => other.bay !== bay)
        .map((other) => ({ bay: other.bay, apartM: distanceM(middle, other.middle) }))
        .filter(({ apartM }) => apartM <= FARTHEST_M)
        .toSorted((a, b) => a.apartM - b.apartM);
      const reachM = NEARLY * (near[0]?.apartM ?? 0);
      const touching = near.filter(({ apartM }) => apartM <= reachM).slice(0, MOST);
      beside.set(
        bay,
        touching.map((other) => other.bay),
      );
    }
  }
  return beside;
}
