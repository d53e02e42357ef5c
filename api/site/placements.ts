import { isShownSingly } from '#contract/bay-class.ts';
import type { BayId, GatewayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';

/** A version of the site and from when it holds, epoch milliseconds. */
export interface DatedSite {
  readonly validFrom: number;
  readonly site: Site;
}

/** Where a bay is and who speaks for it, from an instant on. */
export interface Placement {
  readonly from: number;
  readonly lot: LotId;
  /** undefined: nobody; the bay has no sensor, or is gone. */
  readonly gateway: GatewayId | undefined;
  /** How often the bay has changed its gateway until then. */
  readonly turn: number;
  /** One person has it for themselves: its hours are summed apart from the lot's. */
  readonly isPrivate?: true;
}

/** Every bay that any version knows, with its placements in time's order; the first holds since ever. */
export type Placements = ReadonlyMap<BayId, readonly Placement[]>;

/**
 * Which version holds when: of those whose time has come the last one given, and before all of
 * them the first. `versions` in the order in which they were given.
 */
export function versionSpans<Version extends { readonly validFrom: number }>(
  versions: readonly Version[],
): readonly { readonly from: number; readonly version: Version }[] {
  const [first] = versions;
  if (first === undefined) return [];
  const spans: { from: number; version: Version }[] = [{ from: 0, version: first }];
  const edges = versions.map(({ validFrom }) => validFrom).toSorted((a, b) => a - b);
  for (const from of edges) {
    const version = versions.findLast(({ validFrom }) => validFrom <= from) ?? first;
    if (spans.at(-1)?.version === version) continue;
    spans.push({ from, version });
  }
  return spans;
}

export function placementsOf(versions: readonly DatedSite[]): Placements {
  const placements = new Map<BayId, Placement[]>();
  for (const { from, version } of versionSpans(versions)) {
    const gateways = gatewaysOf(version.site);
    const here = new Set<BayId>();
    for (const { properties } of version.site.bays) {
      const { id, lot } = properties;
      here.add(id);
      const isPrivate = !isShownSingly(properties.class);
      place(placements, id, { from, lot, gateway: gateways.get(id), isPrivate });
    }
    // A bay that is gone keeps its past, and nobody speaks for it any more.
    for (const [bay, known] of placements) {
      const last = known.at(-1);
      if (!last || here.has(bay)) continue;
      const { lot, isPrivate = false } = last;
      place(placements, bay, { from, lot, gateway: undefined, isPrivate });
    }
  }
  return placements;
}

export function placementAt(placements: readonly Placement[], at: number): Placement | undefined {
  return placements.findLast(({ from }) => from <= at) ?? placements[0];
}

/** The first instant at which the two say something else of a bay; undefined: none. */
export function firstDifference(
  before: readonly Placement[],
  after: readonly Placement[],
): number | undefined {
  const edges = [...before, ...after].map(({ from }) => from).toSorted((a, b) => a - b);
  return edges.find((at) => {
    const [a, b] = [placementAt(before, at), placementAt(after, at)];
    return (
      a?.lot !== b?.lot ||
      a?.gateway !== b?.gateway ||
      a?.turn !== b?.turn ||
      a?.isPrivate !== b?.isPrivate
    );
  });
}

function place(
  placements: Map<BayId, Placement[]>,
  bay: BayId,
  said: Pick<Placement, 'from' | 'lot' | 'gateway'> & { readonly isPrivate: boolean },
): void {
  const { from, lot, gateway } = said;
  const kind = said.isPrivate ? ({ isPrivate: true } as const) : {};
  const known = placements.get(bay);
  const last = known?.at(-1);
  if (!known || !last) {
    placements.set(bay, [{ from: 0, lot, gateway, turn: 0, ...kind }]);
    return;
  }
  const isSame = last.lot === lot && last.gateway === gateway;
  if (isSame && (last.isPrivate ?? false) === said.isPrivate) return;
  const turn = last.gateway === gateway ? last.turn : last.turn + 1;
  known.push({ from, lot, gateway, turn, ...kind });
}

function gatewaysOf(site: Site): ReadonlyMap<BayId, GatewayId> {
  return new Map(
    site.gateways.flatMap(({ properties: { id, lines } }) =>
      lines.flatMap((line) => line.sensors.map(({ bay }) => [bay, id] as const)),
    ),
  );
}
