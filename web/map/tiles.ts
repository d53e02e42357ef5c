import { DomUtil, GridLayer, tileLayer } from 'leaflet';
import type { Layer, Map as LeafletMap } from 'leaflet';
import type { SiteAnswer } from '#contract/http.ts';

type TileSet = NonNullable<SiteAnswer['tiles']>;

/**
 * A site's own tiles instead of the drawn backdrop: pictures, or a PMTiles file of vector tiles in
 * the Protomaps schema. Leaflet's attribution takes HTML: not used. Rejects where they cannot be had.
 */
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
  const [{ leafletLayer }, maxDataZoom] = await Promise.all([
    import('protomaps-leaflet'),
    maxZoomOf(url),
  ]);
  const flavor = dark ? 'dark' : 'light';
  const layer: unknown = leafletLayer({ url, flavor, lang: language, maxDataZoom });
  // Its type says `any`; its documentation says: a layer of Leaflet.
  (layer as Layer).addTo(map);
}

/** PMTiles specification, version 3, chapter 3: the header's length and where things are in it. */
const HEADER_BYTES = 127;
const TILE_TYPE_AT = 99;
const VECTOR_TILES = 1;
const MAX_ZOOM_AT = 101;

/** Above its deepest zoom a file has nothing, and that library asks for its own default instead. */
async function maxZoomOf(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { Range: `bytes=0-${HEADER_BYTES - 1}` } });
  if (answer.status !== 206) {
    await answer.body?.cancel();
    throw new Error(`${url}: answered ${answer.status} where a part was asked for`);
  }
  const header = new Uint8Array(await answer.arrayBuffer());
  if (header[TILE_TYPE_AT] !== VECTOR_TILES) throw new Error(`${url}: no vector tiles`);
  return header[MAX_ZOOM_AT] ?? 0;
}
