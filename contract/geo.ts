/** Plane arithmetic on WGS84 positions, good to 0.5 % over a city. No schema library here. */
export type Position = readonly [lng: number, lat: number];

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Great-circle distance in metres (haversine). */
export function distanceM([lngA, latA]: Position, [lngB, latB]: Position): number {
  const half =
    Math.sin(radians(latB - latA) / 2) ** 2 +
    Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(radians(lngB - lngA) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(half));
}

/** 4 km/h and streets 1.3 times as long as the straight line: an assumption, stated on the page. */
const WALK_M_PER_MIN = 67;
const STREET_DETOUR = 1.3;

/** Walking minutes over this straight line, rounded up, at least 1. */
export function walkMinutesOf(straightM: number): number {
  return Math.max(1, Math.ceil((straightM * STREET_DETOUR) / WALK_M_PER_MIN));
}

type Nested = Position | readonly Nested[];

/** All positions of a geometry's coordinates, in their order. */
export function positionsOf(coordinates: Nested): Position[] {
  if (typeof coordinates[0] === 'number') return [coordinates as Position];
  return (coordinates as readonly Nested[]).flatMap(positionsOf);
}

/** The middle of the positions' bounding box: where a label stands. */
export function middleOf(coordinates: Nested): Position {
  const positions = positionsOf(coordinates);
  const lngs = positions.map(([lng]) => lng);
  const lats = positions.map(([, lat]) => lat);
  return [(Math.min(...lngs) + Math.max(...lngs)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
}
