import * as z from 'zod';
import { BayId, LotId } from './ids.ts';
import type { Site } from './site-check.ts';
import { HoursSchema } from './site-plan.ts';
import { shortText } from './site.ts';
import type { Lot } from './site.ts';
import { IsoInstant } from './time.ts';

/** What an operator lays over the site file for a while, without editing it. */
export const OverlayChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bayOutOfService'), bay: BayId }),
  z.strictObject({ kind: z.literal('lotOutOfService'), lot: LotId }),
  z.strictObject({
    kind: z.literal('lotHours'),
    lot: LotId,
    openHours: HoursSchema.describe('when a car may be in the lot, instead of what the file says'),
  }),
]);
export type OverlayChange = z.infer<typeof OverlayChange>;

export const SiteOverlay = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits'),
  change: OverlayChange,
  from: IsoInstant,
  /** Half-open; null: until somebody ends it. */
  until: IsoInstant.nullable(),
  author: shortText,
  reason: shortText.optional().describe('for other operators; never shown to drivers'),
});
export type SiteOverlay = z.infer<typeof SiteOverlay>;

/** The site as it holds at an instant: the file's version with what is laid over it. */
export interface EffectiveSite {
  readonly site: Site;
  /** Bays that no car may use now, those of closed lots included; neither free nor anything else. */
  readonly closedBays: ReadonlySet<BayId>;
  readonly closedLots: ReadonlySet<LotId>;
}

const NEVER = { weekday: [], saturday: [], sunday: [], holiday: [] };

/** Later overlays win over earlier ones; one that names what the site no longer has does nothing. */
export function effectiveSiteOf(
  site: Site,
  overlays: readonly SiteOverlay[],
  at: number,
): EffectiveSite {
  const active = overlays
    .filter((overlay) => isActive(overlay, at))
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
  if (active.length === 0) return { site, closedBays: new Set(), closedLots: new Set() };
  const hours = new Map<LotId, Lot['properties']['openHours']>();
  const closedLots = new Set<LotId>();
  const closed = new Set<BayId>();
  for (const { change } of active) {
    if (change.kind === 'bayOutOfService') closed.add(change.bay);
    else if (change.kind === 'lotOutOfService') closedLots.add(change.lot);
    else hours.set(change.lot, change.openHours);
  }
  // Out of service is stronger than any hours.
  for (const lot of closedLots) hours.set(lot, NEVER);
  const closedBays = site.bays
    .filter(({ properties }) => closed.has(properties.id) || closedLots.has(properties.lot))
    .map(({ properties }) => properties.id);
  const lots = site.lots.map((lot): Lot => {
    const openHours = hours.get(lot.properties.id);
    return openHours === undefined ? lot : { ...lot, properties: { ...lot.properties, openHours } };
  });
  return { site: { ...site, lots }, closedBays: new Set(closedBays), closedLots };
}

/** When the effective site may change next by an overlay's beginning or end; undefined: never. */
export function nextOverlayEdge(overlays: readonly SiteOverlay[], at: number): number | undefined {
  const edges = overlays
    .flatMap(({ from, until }) => [from, ...(until === null ? [] : [until])])
    .map((edge) => Date.parse(edge))
    .filter((edge) => edge > at);
  return edges.length === 0 ? undefined : Math.min(...edges);
}

export function isActive({ from, until }: SiteOverlay, at: number): boolean {
  return Date.parse(from) <= at && (until === null || at < Date.parse(until));
}

/** What the overlay is about, where the site has no such thing: `bay "nambu-a-014"`. */
export function missingIn(site: Site, { change }: Pick<SiteOverlay, 'change'>): string | undefined {
  if (change.kind === 'bayOutOfService') {
    const has = site.bays.some(({ properties }) => properties.id === change.bay);
    return has ? undefined : `bay "${change.bay}"`;
  }
  const has = site.lots.some(({ properties }) => properties.id === change.lot);
  return has ? undefined : `lot "${change.lot}"`;
}

/** One line, as a list of overlays is read. */
export function overlayText({ change, from, until, author, reason }: SiteOverlay): string {
  const what =
    change.kind === 'bayOutOfService'
      ? `bay ${change.bay} out of service`
      : change.kind === 'lotOutOfService'
        ? `lot ${change.lot} out of service`
        : `lot ${change.lot} open ${change.openHours === 'always' ? 'always' : 'by other hours'}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${what} from ${from} until ${until ?? 'ended'}, by ${author}${why}`;
}
