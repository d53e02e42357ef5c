import { latLng } from 'leaflet';
import type { LatLng, Map as LeafletMap } from 'leaflet';
import type { Position } from '#contract/geo.ts';

/**
 * Elements that stand at places of the map, in a pane of their own: moved with it as one, each set
 * anew when it is zoomed. Not Leaflet's markers, which are placed so that the browser may keep a
 * layer for each of hundreds.
 */
export class StandingElements {
  readonly pane: HTMLElement;
  readonly #map: LeafletMap;
  readonly #places = new Map<HTMLElement, LatLng>();

  /** `zIndex` among the map's panes. */
  constructor(map: LeafletMap, name: string, zIndex: number) {
    this.#map = map;
    this.pane = map.createPane(name);
    this.pane.style.zIndex = String(zIndex);
    map.on('zoom viewreset', () => {
      for (const [element, place] of this.#places) this.#set(element, place);
    });
  }

  /** Adds the element, or moves it; its middle is what CSS makes of its corner. */
  stand(element: HTMLElement, [lng, lat]: Position): void {
    const known = this.#places.get(element);
    if (known?.lng === lng && known.lat === lat) return;
    const place = latLng(lat, lng);
    this.#places.set(element, place);
    this.#set(element, place);
    if (!known) this.pane.append(element);
  }

  remove(element: HTMLElement): void {
    this.#places.delete(element);
    element.remove();
  }

  /** In two dimensions: what moves in three gets a layer of its own. */
  #set(element: HTMLElement, place: LatLng): void {
    const { x, y } = this.#map.latLngToLayerPoint(place);
    element.style.transform = `translate(${x}px, ${y}px)`;
  }
}
