import type { BayId, GatewayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';

/** Which gateway may speak for which bay and lot, by the site file. */
export interface Assignment {
  ownsBay(gateway: GatewayId, bay: BayId): boolean;
  /** A lot with sensors belongs to the gateways of its bays; one without is open to each gateway. */
  ownsLot(gateway: GatewayId, lot: LotId): boolean;
}

/** By the version of the site that held when something was sensed. */
export function assignmentsOf(siteAt: (at: number) => Site): (at: number) => Assignment {
  const known = new WeakMap<Site, Assignment>();
  return (at) => {
    const site = siteAt(at);
    const assignment = known.get(site) ?? assignmentOf(site);
    known.set(site, assignment);
    return assignment;
  };
}

function assignmentOf(site: Site): Assignment {
  const lotOfBay = new Map(site.bays.map(({ properties }) => [properties.id, properties.lot]));
  const gatewayOfBay = new Map<BayId, GatewayId>();
  const gatewaysOfLot = new Map<LotId, Set<GatewayId>>(
    site.lots.map(({ properties }) => [properties.id, new Set()]),
  );
  for (const { properties: gateway } of site.gateways) {
    for (const { bay } of gateway.lines.flatMap((line) => line.sensors)) {
      gatewayOfBay.set(bay, gateway.id);
      const lot = lotOfBay.get(bay);
      if (lot !== undefined) gatewaysOfLot.get(lot)?.add(gateway.id);
    }
  }
  const gateways = new Set(site.gateways.map(({ properties }) => properties.id));
  return {
    ownsBay: (gateway, bay) => gatewayOfBay.get(bay) === gateway,
    ownsLot: (gateway, lot) => {
      const owners = gatewaysOfLot.get(lot);
      if (!owners) return false;
      return owners.size === 0 ? gateways.has(gateway) : owners.has(gateway);
    },
  };
}
