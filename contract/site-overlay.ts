import * as z from 'zod';
import { BayId, LotId } from './ids.ts';
import type { Site } from './site-check.ts';
import { HoursSchema, TariffSchema } from './site-plan.ts';
import { LocalText, shortText } from './site.ts';
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
  z.strictObject({
    kind: z.literal('bayState'),
    bay: BayId,
    state: z.enum(['vacant', 'occupied']).describe('what somebody saw, whatever the sensor says'),
  }),
  z.strictObject({
    kind: z.literal('lotTariff'),
    lot: LotId,
    tariff: TariffSchema.describe('what a stay costs, instead of what the file says'),
  }),
  z.strictObject({
    kind: z.literal('lotNotice'),
    lot: LotId,
    notice: LocalText.describe('shown to drivers, instead of what the file says'),
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

/**
 * Primary → secondaries, retained: everything that is laid over the site now, or will be. It replaces
 * what was said before; each overlay ends by itself, so that a kept message says nothing untrue.
 */
export const OverlaysMessage = z.strictObject({ v: z.literal(1), overlays: z.array(SiteOverlay) });

/** Nobody sees for longer than this what a bay is: then it is its sensor's word again. */
export const LONGEST_CORRECTION_MS = 24 * 3_600_000;

/** What an operator saw of a bay, and since when it holds; epoch milliseconds. */
export interface CorrectedBay {
  readonly state: 'vacant' | 'occupied';
  readonly since: number;
}

/** The site as it holds at an instant: the file's version with what is laid over it. */
export interface EffectiveSite {
  readonly site: Site;
  /** Bays that no car may use now, those of closed lots included; neither free nor anything else. */
  readonly closedBays: ReadonlySet<BayId>;
  readonly closedLots: ReadonlySet<LotId>;
  /** Bays whose state is an operator's word; one that is closed is not among them. */
  readonly corrected: ReadonlyMap<BayId, CorrectedBay>;
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
  if (active.length === 0) {
    return { site, closedBays: new Set(), closedLots: new Set(), corrected: new Map() };
  }
  const said = new Map<LotId, Partial<Lot['properties']>>();
  const closedLots = new Set<LotId>();
  const closed = new Set<BayId>();
  const seen = new Map<BayId, CorrectedBay>();
  const say = (lot: LotId, more: Partial<Lot['properties']>) =>
    void said.set(lot, { ...said.get(lot), ...more });
  for (const { change, from } of active) {
    if (change.kind === 'bayOutOfService') closed.add(change.bay);
    else if (change.kind === 'lotOutOfService') closedLots.add(change.lot);
    else if (change.kind === 'lotHours') say(change.lot, { openHours: change.openHours });
    else if (change.kind === 'lotTariff') say(change.lot, { tariff: change.tariff });
    else if (change.kind === 'lotNotice') say(change.lot, { notice: change.notice });
    else seen.set(change.bay, { state: change.state, since: Date.parse(from) });
  }
  // Out of service is stronger than any hours.
  for (const lot of closedLots) say(lot, { openHours: NEVER });
  const closedBays = new Set(
    site.bays
      .filter(({ properties }) => closed.has(properties.id) || closedLots.has(properties.lot))
      .map(({ properties }) => properties.id),
  );
  const corrected = new Map([...seen].filter(([bay]) => !closedBays.has(bay)));
  const lots = site.lots.map((lot): Lot => {
    const more = said.get(lot.properties.id);
    return more === undefined ? lot : { ...lot, properties: { ...lot.properties, ...more } };
  });
  return { site: { ...site, lots }, closedBays, closedLots, corrected };
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
  if ('bay' in change) {
    const has = site.bays.some(({ properties }) => properties.id === change.bay);
    return has ? undefined : `bay "${change.bay}"`;
  }
  const has = site.lots.some(({ properties }) => properties.id === change.lot);
  return has ? undefined : `lot "${change.lot}"`;
}

/** One line, as a list of overlays is read. */
export function overlayText({ change, from, until, author, reason }: SiteOverlay): string {
  const what = changeText(change);
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${what} from ${from} until ${until ?? 'ended'}, by ${author}${why}`;
}

function changeText(change: OverlayChange): string {
  switch (change.kind) {
    case 'bayOutOfService':
      return `bay ${change.bay} out of service`;
    case 'lotOutOfService':
      return `lot ${change.lot} out of service`;
    case 'lotHours':
      return `lot ${change.lot} open ${change.openHours === 'always' ? 'always' : 'by other hours'}`;
    case 'bayState':
      return `bay ${change.bay} taken for ${change.state}`;
    case 'lotTariff':
      return `lot ${change.lot} by another tariff`;
    case 'lotNotice':
      return `lot ${change.lot} with another notice`;
  }
}
