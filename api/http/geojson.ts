import type { FeatureCollectionAnswer, LotAnswer } from '#contract/http.ts';
import type { LotId } from '#contract/ids.ts';
import type { SiteIndex } from './site-index.ts';

type FeatureAnswer = FeatureCollectionAnswer['features'][number];

interface PlacedFeature {
  readonly geometry: { readonly type: string; readonly coordinates: readonly unknown[] };
  readonly properties: object;
}

/** The map without its bays: what every page draws first. Gateways are the operator's alone. */
export function mapAnswerOf({ site }: SiteIndex): FeatureCollectionAnswer {
  const { backdrop, markets, lots, entrances, signs } = site;
  return collection(
    site.simulated,
    [...backdrop, ...markets, ...lots, ...entrances, ...signs].map(featureOf),
  );
}

/** Where bays are, of one lot or of all; their states travel live. */
export function baysAnswerOf({ site }: SiteIndex, lot?: LotId): FeatureCollectionAnswer {
  const bays = lot === undefined ? site.bays : site.bays.filter((b) => b.properties.lot === lot);
  return collection(site.simulated, bays.map(featureOf));
}

/** Lots with what is known of them now, each at its own geometry. */
export function lotsCollectionOf(
  { site, lots: byId }: SiteIndex,
  answers: readonly LotAnswer[],
): FeatureCollectionAnswer {
  const features = answers.flatMap((answer): FeatureAnswer[] => {
    const lot = byId.get(answer.lot);
    return lot
      ? [featureOf({ geometry: lot.geometry, properties: { ...answer, id: answer.lot } })]
      : [];
  });
  return collection(site.simulated, features);
}

function featureOf({ geometry, properties }: PlacedFeature): FeatureAnswer {
  const id = 'id' in properties ? { id: String(properties.id) } : {};
  const { type, coordinates } = geometry;
  return {
    type: 'Feature',
    ...id,
    geometry: { type, coordinates: [...coordinates] },
    properties: { ...properties },
  };
}

function collection(simulated: boolean, features: FeatureAnswer[]): FeatureCollectionAnswer {
  return { type: 'FeatureCollection', simulated, features };
}
