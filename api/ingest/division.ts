import type { GatewayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';

/** Which lots' gateways each api but the primary takes in; the primary has all others. */
export type Division = ReadonlyMap<string, ReadonlySet<LotId>>;

const SHARE = /^([a-z0-9-]{3,40})\s*:\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)?$/;

/**
 * Reads `api-2: lot-3, lot-4; api-3: lot-5`; an api without lots only reads. undefined: it is not so
 * written, or names an api or a lot twice. The empty text divides nothing.
 */
export function divisionOf(text: string): Division | undefined {
  const division = new Map<string, Set<LotId>>();
  const named = new Set<string>();
  for (const share of text.split(';').map((part) => part.trim())) {
    if (share === '') continue;
    const [, api = '', list] = SHARE.exec(share) ?? [];
    if (api === '' || division.has(api)) return undefined;
    const lots = list?.split(',').map((lot) => lot.trim()) ?? [];
    if (lots.some((lot) => named.has(lot)) || new Set(lots).size < lots.length) return undefined;
    for (const lot of lots) named.add(lot);
    // Only ids of a site are ever looked up in it: what is none is never found.
    division.set(api, new Set(lots as LotId[]));
  }
  return division;
}

/**
 * The gateways of an api, by the sites' versions, the oldest first: a gateway that is gone has the
 * owner that it had last. A gateway goes with the lot of its first bay, one without bays with the
 * primary: every api that was told the same division says the same, and each gateway has one owner.
 */
export function ownGateways(
  { division, api }: { readonly division: Division; readonly api: string },
  sites: readonly Site[],
): (gateway: GatewayId) => boolean {
  const apiOfLot = new Map(
    [...division].flatMap(([id, lots]) => [...lots].map((lot) => [lot, id])),
  );
  const owners = new Map<GatewayId, string | undefined>();
  for (const site of sites) {
    for (const [gateway, [first]] of lotsOfGateways(site)) {
      owners.set(gateway, first === undefined ? undefined : apiOfLot.get(first));
    }
  }
  const isSecondary = division.has(api);
  return (gateway) => {
    const owner = owners.get(gateway);
    return isSecondary ? owner === api : owner === undefined;
  };
}

/** One sentence for each lot that the site has not, and each gateway that two apis would share. */
export function divisionProblems(division: Division, site: Site): string[] {
  const lots = new Set(site.lots.map(({ properties }) => properties.id));
  const apiOfLot = new Map([...division].flatMap(([id, its]) => [...its].map((lot) => [lot, id])));
  const unknown = [...apiOfLot.keys()].filter((lot) => !lots.has(lot));
  const torn = [...lotsOfGateways(site)].filter(
    ([, its]) => new Set(its.map((lot) => apiOfLot.get(lot))).size > 1,
  );
  return [
    ...unknown.map((lot) => `division: the site has no lot "${lot}"`),
    ...torn.map(
      ([gateway, its]) =>
        `division: gateway "${gateway}" has bays in ${its.join(', ')}, which must go to one api`,
    ),
  ];
}

/** The lots in which a gateway has bays, in the order of its lines. */
function lotsOfGateways(site: Site): Map<GatewayId, LotId[]> {
  const lotOfBay = new Map(site.bays.map(({ properties }) => [properties.id, properties.lot]));
  return new Map(
    site.gateways.map(({ properties: { id, lines } }) => {
      const lots = lines
        .flatMap((line) => line.sensors)
        .flatMap(({ bay }) => lotOfBay.get(bay) ?? []);
      return [id, [...new Set(lots)]];
    }),
  );
}
