import { divIcon, layerGroup, marker } from 'leaflet';
import type { LayerGroup, Map as LeafletMap } from 'leaflet';
import type { PageModel } from '../page/model.ts';

/** Where people want to go: a dot and a name each, nothing to press. */
export class MarketLabels {
  readonly #group: LayerGroup;
  #shown = '';

  constructor(map: LeafletMap) {
    this.#group = layerGroup().addTo(map);
  }

  show({ markets, market, site, local }: PageModel): void {
    const key = `${site.revision} ${market?.market ?? ''}`;
    if (key === this.#shown) return;
    this.#shown = key;
    this.#group.clearLayers();
    for (const each of markets) {
      const label = document.createElement('span');
      const { text, lang } = local(each.name);
      label.textContent = text;
      if (lang !== undefined) label.lang = lang;
      const icon = divIcon({
        className: `market-label${each === market ? '' : ' market-other'}`,
        html: label,
        iconSize: [0, 0],
        iconAnchor: [6, 11],
      });
      marker([each.position[1], each.position[0]], {
        icon,
        interactive: false,
        keyboard: false,
        zIndexOffset: -2_000,
      }).addTo(this.#group);
    }
  }
}
