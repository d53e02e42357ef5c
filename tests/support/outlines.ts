import type { Position } from '#contract/geo.ts';

/** Neighbouring bays share an edge; seven decimals place it to a centimetre. */
const TOLERANCE_M = 0.03;

/** The places of every two closed convex rings that lie in each other. */
export function overlappingPairs(rings: readonly (readonly Position[])[]): [number, number][] {
  return rings.flatMap((ring, one) =>
    rings
      .slice(one + 1)
      .map((other, after): [number, number, number] => [
        one,
        one + 1 + after,
        overlapM(ring, other),
      ])
      .filter(([, , depthM]) => depthM > TOLERANCE_M)
      .map(([one, other]): [number, number] => [one, other]),
  );
}

/** Whether every position of one ring is inside the bounding box of the other. */
export function isWithinBox(inner: readonly Position[], outer: readonly Position[]): boolean {
  const [lngs, lats] = [outer.map(([lng]) => lng), outer.map(([, lat]) => lat)];
  return inner.every(
    ([lng, lat]) =>
      lng > Math.min(...lngs) &&
      lng < Math.max(...lngs) &&
      lat > Math.min(...lats) &&
      lat < Math.max(...lats),
  );
}

const M_PER_DEGREE = 111_195;

/**
 * How deep two convex polygons lie in each other, in metres; 0 or less when some line parts them
 * (the separating axis theorem over the edges of both).
 */
function overlapM(one: readonly Position[], other: readonly Position[]): number {
  const [origin = [0, 0]] = one;
  const shrink = Math.cos((origin[1] * Math.PI) / 180);
  const metres = ([lng, lat]: Position): Position => [
    (lng - origin[0]) * M_PER_DEGREE * shrink,
    (lat - origin[1]) * M_PER_DEGREE,
  ];
  const [a, b] = [one.map(metres), other.map(metres)];
  let least = Number.POSITIVE_INFINITY;
  for (const [acrossX, acrossY] of [...normals(a), ...normals(b)]) {
    const along = (ring: readonly Position[]) => ring.map(([x, y]) => x * acrossX + y * acrossY);
    const [ofA, ofB] = [along(a), along(b)];
    const [fromLow, fromHigh] = [
      Math.max(...ofA) - Math.min(...ofB),
      Math.max(...ofB) - Math.min(...ofA),
    ];
    least = Math.min(least, fromLow, fromHigh);
    if (least <= 0) return least;
  }
  return least;
}

/** Unit vectors across each edge of a closed ring. */
function normals(ring: readonly Position[]): Position[] {
  return ring.slice(1).flatMap(([x, y], at): Position[] => {
    const [fromX, fromY] = ring[at] ?? [x, y];
    const length = Math.hypot(x - fromX, y - fromY);
    return length === 0 ? [] : [[(fromY - y) / length, (x - fromX) / length]];
  });
}
