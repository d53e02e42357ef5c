import { createHash } from 'node:crypto';
import type { BayId, LotId, MarketId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { Bay, Entrance, Lot, Market } from '#contract/site.ts';

/** The site as requests ask for it: by id, by lot. */
export interface SiteIndex {
  readonly site: Site;
  /** Changes with every new version of the site file. */
  readonly revision: string;
  readonly lots: ReadonlyMap<LotId, Lot>;
  readonly markets: ReadonlyMap<MarketId, Market>;
  readonly bays: ReadonlyMap<BayId, Bay>;
  entrancesOf(lot: LotId): readonly Entrance[];
  /** How many bays of the lot have a sensor. */
  sensedBaysOf(lot: LotId): number;
}

export function siteIndexOf(site: Site): SiteIndex {
  const bays = new Map(site.bays.map((bay) => [bay.properties.id, bay]));
  const entrances = new Map<LotId, Entrance[]>();
  for (const entrance of site.entrances) {
    const { lot } = entrance.properties;
    entrances.set(lot, [...(entrances.get(lot) ?? []), entrance]);
  }
  const sensed = new Map<LotId, number>();
  for (const { properties } of site.gateways) {
    for (const sensor of properties.lines.flatMap((line) => line.sensors)) {
      const lot = bays.get(sensor.bay)?.properties.lot;
      if (lot !== undefined) sensed.set(lot, (sensed.get(lot) ?? 0) + 1);
    }
  }
  return {
    site,
    revision: createHash('sha256').update(JSON.stringify(site)).digest('hex').slice(0, 16),
    lots: new Map(site.lots.map((lot) => [lot.properties.id, lot])),
    markets: new Map(site.markets.map((market) => [market.properties.id, market])),
    bays,
    entrancesOf: (lot) => entrances.get(lot) ?? [],
    sensedBaysOf: (lot) => sensed.get(lot) ?? 0,
  };
}
