import type { BayId, LotId, MarketId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { Bay, Entrance, Lot, Market } from '#contract/site.ts';
import { sensedBaysOf } from './sensed-bays-of.ts';
import { revisionOf } from '../site/site-revision.ts';

/** The site as requests ask for it: by id, by lot. */
export interface SiteIndex {
  readonly site: Site;
  /** Changes with whatever changes the site that holds. */
  readonly revision: string;
  readonly closedLots: ReadonlySet<LotId>;
  readonly lots: ReadonlyMap<LotId, Lot>;
  readonly markets: ReadonlyMap<MarketId, Market>;
  readonly bays: ReadonlyMap<BayId, Bay>;
  entrancesOf(lot: LotId): readonly Entrance[];
  /** How many bays of the lot have a sensor. */
  sensedBaysOf(lot: LotId): number;
  /** How many of those are out of service now. */
  closedBaysOf(lot: LotId): number;
}

export function siteIndexOf(effective: EffectiveSite): SiteIndex {
  const { site, closedBays, closedLots } = effective;
  const bays = new Map(site.bays.map((bay) => [bay.properties.id, bay]));
  const entrances = new Map<LotId, Entrance[]>();
  for (const entrance of site.entrances) {
    const { lot } = entrance.properties;
    entrances.set(lot, [...(entrances.get(lot) ?? []), entrance]);
  }
  const sensed = sensedBaysOf(site);
  const closed = new Map<LotId, number>();
  for (const { properties } of site.gateways) {
    for (const sensor of properties.lines.flatMap((line) => line.sensors)) {
      const lot = bays.get(sensor.bay)?.properties.lot;
      if (lot !== undefined && closedBays.has(sensor.bay))
        closed.set(lot, (closed.get(lot) ?? 0) + 1);
    }
  }
  return {
    site,
    revision: revisionOf(effective),
    closedLots,
    lots: new Map(site.lots.map((lot) => [lot.properties.id, lot])),
    markets: new Map(site.markets.map((market) => [market.properties.id, market])),
    bays,
    entrancesOf: (lot) => entrances.get(lot) ?? [],
    sensedBaysOf: (lot) => sensed.get(lot) ?? 0,
    closedBaysOf: (lot) => closed.get(lot) ?? 0,
  };
}
