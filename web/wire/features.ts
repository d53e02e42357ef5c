import { BAY_CLASSES } from '#contract/bay-class.ts';
import type { BayClass } from '#contract/bay-class.ts';
import { positionsOf } from '#contract/geo.ts';
import type { Position } from '#contract/geo.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import { position } from './answers.ts';
import { id, list, oneOf, parsed, shape } from './read.ts';
import type { Reader } from './read.ts';

/** A point, a line or the outer ring of a polygon. */
export interface Outline {
  readonly type: 'Point' | 'LineString' | 'Polygon';
  readonly positions: readonly Position[];
}

export interface BayShape extends Outline {
  readonly bay: BayId;
  readonly lot: LotId;
  readonly bayClass: BayClass;
}

const collection = shape({
  features: list((value) => value),
});
const geometryKind = shape({ type: oneOf(['Point', 'LineString', 'Polygon']) });
const rings = {
  Point: shape({ coordinates: position }),
  LineString: shape({ coordinates: list(position) }),
  Polygon: shape({ coordinates: list(list(position)) }),
};

const outline: Reader<Outline> = (value) => {
  const { type } = geometryKind(value);
  const { coordinates } = rings[type](value);
  const outer = type === 'Polygon' ? (coordinates as Position[][])[0] : coordinates;
  return { type, positions: positionsOf(outer ?? []) };
};

const bay = shape({
  geometry: outline,
  properties: shape({
    kind: oneOf(['bay']),
    id: id<BayId>(),
    lot: id<LotId>(),
    class: oneOf(BAY_CLASSES),
  }),
});

/** The bays among the features; what is no bay is left out. */
export function parseBays(value: unknown): BayShape[] | undefined {
  return parsed(collection, value)?.features.flatMap((feature) => {
    const read = parsed(bay, feature);
    if (!read) return [];
    const { id, lot, class: bayClass } = read.properties;
    return [{ ...read.geometry, bay: id, lot, bayClass }];
  });
}
