import type { Backdrop, Bay, Entrance, Gateway, Lot, Market, Sign } from './site.ts';

export type AnyFeature = Market | Lot | Entrance | Bay | Gateway | Sign | Backdrop;

/** A feature with its place in the file. */
export interface Placed {
  readonly at: number;
  readonly feature: AnyFeature;
}

/** Where in the file, what is there, and what was expected. */
export interface SiteProblem {
  /** E.g. `features[12] bay "nambu-a-014"`. */
  readonly feature: string;
  /** E.g. `properties.lot`. */
  readonly field: string;
  readonly expected: string;
}

/** The feature as a problem names it. */
export function nameOf({ at, feature }: Placed): string {
  const { properties } = feature;
  return `features[${at}] ${properties.kind}${'id' in properties ? ` "${properties.id}"` : ''}`;
}

/** What a feature is known by, also one of which no more than that could be read. */
export function idKeyOf({ kind, id }: { readonly kind?: unknown; readonly id?: unknown }): string {
  return `${String(kind)} ${String(id)}`;
}
