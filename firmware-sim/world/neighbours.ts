import type { BayId } from '#contract/ids.ts';
import { distanceM, middleOf } from '#contract/geo.ts';
import type { Position } from '#contract/geo.ts';
import type { Site } from '#contract/site-check.ts';
import type { Place } from './street.ts';

/** Bays beside each other are this near to the nearest of them, and never farther than this. */
const NEARLY = 1.25;
const FARTHEST_M = 8;
const MOST_NEIGHBOURS = 4;

/**
 * The sensed bays as places: neighbours are those of the same lot whose middles are as near as the
 * nearest one's, in the order of the file; a passing car comes by in that order too.
 */
export function placesOf(
  site: Site,
  sensors: readonly { readonly bay: BayId; readonly mountMm: number }[],
): Map<BayId, Place> {
  const mounts = new Map(sensors.map(({ bay, mountMm }) => [bay, mountMm]));
  const lots = new Map<string, { readonly bay: BayId; readonly middle: Position }[]>();
  for (const { properties, geometry } of site.bays) {
    if (!mounts.has(properties.id)) continue;
    const lot = lots.get(properties.lot) ?? [];
    lot.push({ bay: properties.id, middle: middleOf(geometry.coordinates) });
    lots.set(properties.lot, lot);
  }
  const places = new Map<BayId, Place>();
  for (const [lot, bays] of lots) {
    for (const [along, { bay, middle }] of bays.entries()) {
      const near = bays
        .filter((other) => other.bay !== bay)
        .map((other) => ({ bay: other.bay, apartM: distanceM(middle, other.middle) }))
        .filter(({ apartM }) => apartM <= FARTHEST_M)
        .toSorted((a, b) => a.apartM - b.apartM);
      const reachM = NEARLY * (near[0]?.apartM ?? 0);
      const neighbours = near.filter(({ apartM }) => apartM <= reachM).map((other) => other.bay);
      places.set(bay, {
        bay,
        lot,
        along,
        mountMm: mounts.get(bay) ?? 0,
        neighbours: neighbours.slice(0, MOST_NEIGHBOURS),
      });
    }
  }
  return places;
}
