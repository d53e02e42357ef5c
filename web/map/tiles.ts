import { DomUtil, GridLayer, tileLayer } from 'leaflet';
import type { Layer, Map as LeafletMap } from 'leaflet';
import type { SiteAnswer } from '#contract/http.ts';

type TileSet = NonNullable<SiteAnswer['tiles']>;

/** A site's own tiles instead of the drawn backdrop. Leaflet's attribution takes HTML: not used. */
export async function addTiles(
  map: LeafletMap,
  { kind, url }: TileSet,
  { language, dark }: { readonly language: string; readonly dark: boolean },
): Promise<void> {
  if (kind === 'raster') {
    tileLayer(url, { maxZoom: 21, maxNativeZoom: 19 }).addTo(map);
    return;
  }
  // That library looks for these parts of Leaflet in the global `L`.
  Object.assign(globalThis, { L: { DomUtil, GridLayer } });
  const { leafletLayer } = await import('protomaps-leaflet');
  const layer: unknown = leafletLayer({ url, flavor: dark ? 'dark' : 'light', lang: language });
  // Its type says `any`; its documentation says: a layer of Leaflet.
  (layer as Layer).addTo(map);
}
