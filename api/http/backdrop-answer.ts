import { BACKDROP_STEP_DEG } from '#contract/http.ts';
import type { BackdropAnswer } from '#contract/http.ts';
import { positionsOf } from '#contract/geo.ts';
import type { Position } from '#contract/geo.ts';
import type { Backdrop } from '#contract/site.ts';
import type { SiteIndex } from './site-index.ts';

type Group = BackdropAnswer['groups'][number];

/** The backdrop as the driver's page asks for it; whole and as GeoJSON it is in the map. */
export function backdropAnswerOf({ site }: SiteIndex): BackdropAnswer {
  const alike = new Map<string, [Backdrop, ...Backdrop[]]>();
  for (const each of site.backdrop) {
    const { what, name } = each.properties;
    const key = JSON.stringify([what, name, each.geometry.type]);
    const others = alike.get(key);
    if (others) others.push(each);
    else alike.set(key, [each]);
  }
  return {
    simulated: site.simulated,
    stepDeg: BACKDROP_STEP_DEG,
    groups: [...alike.values()].map(groupOf),
  };
}

function groupOf(shapes: readonly [Backdrop, ...Backdrop[]]): Group {
  const [{ properties, geometry }] = shapes;
  const { what, name } = properties;
  const outlines = shapes.map(outlineOf);
  return {
    what,
    ...(name && { name }),
    type: geometry.type,
    lengths: outlines.map((positions) => positions.length),
    steps: stepsOf(outlines.flat()),
  };
}

function outlineOf({ geometry }: Backdrop): Position[] {
  if (geometry.type !== 'Polygon') return positionsOf(geometry.coordinates);
  return positionsOf(geometry.coordinates[0] ?? []).slice(0, -1);
}

/** Each rounded before the way is taken: errors do not add up. */
function stepsOf(positions: readonly Position[]): number[] {
  let [lngBefore, latBefore] = [0, 0];
  return positions.flatMap(([lng, lat]) => {
    const [x, y] = [Math.round(lng / BACKDROP_STEP_DEG), Math.round(lat / BACKDROP_STEP_DEG)];
    const step = [x - lngBefore, y - latBefore];
    [lngBefore, latBefore] = [x, y];
    return step;
  });
}
