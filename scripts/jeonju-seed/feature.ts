import type { Position } from '#contract/geo.ts';

/** A feature before it is checked: the whole file goes through `readSite` before it is written. */
export interface FeatureJson {
  readonly type: 'Feature';
  readonly geometry:
    | { readonly type: 'Point'; readonly coordinates: Position }
    | { readonly type: 'LineString'; readonly coordinates: readonly Position[] }
    | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
    | null;
  readonly properties: { readonly kind: string } & Readonly<Record<string, unknown>>;
}

export const pointFeature = (
  coordinates: Position,
  properties: FeatureJson['properties'],
): FeatureJson => ({ type: 'Feature', geometry: { type: 'Point', coordinates }, properties });

export const ringFeature = (
  ring: readonly Position[],
  properties: FeatureJson['properties'],
): FeatureJson => ({
  type: 'Feature',
  geometry: { type: 'Polygon', coordinates: [ring] },
  properties,
});

export const lineFeature = (
  coordinates: readonly Position[],
  properties: FeatureJson['properties'],
): FeatureJson => ({ type: 'Feature', geometry: { type: 'LineString', coordinates }, properties });
