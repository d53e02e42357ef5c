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
  return isPosition(coordinates) ? [coordinates] : coordinates.flatMap(positionsOf);
}

/** The middle of the positions' bounding box: where a label stands. */
export function middleOf(coordinates: Nested): Position {
  // A city has a hundred thousand bays to be asked for: no list of their positions is made.
  const box = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  widen(box, coordinates);
  return [(box.west + box.east) / 2, (box.south + box.north) / 2];
}

function widen(
  box: { west: number; east: number; south: number; north: number },
  coordinates: Nested,
): void {
  if (!isPosition(coordinates)) {
    for (const part of coordinates) widen(box, part);
    return;
  }
  const [lng, lat] = coordinates;
  box.west = Math.min(box.west, lng);
  box.east = Math.max(box.east, lng);
  box.south = Math.min(box.south, lat);
  box.north = Math.max(box.north, lat);
}

const isPosition = (coordinates: Nested): coordinates is Position =>
  typeof coordinates[0] === 'number';
