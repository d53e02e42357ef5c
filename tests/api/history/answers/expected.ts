import { localEdges } from '#api/history/answers/local-edges.ts';
import type { Asked } from '#api/history/answers/statistics.ts';
import type { Interval } from '#contract/history.ts';
import type { Site } from '#contract/site-check.ts';
import type { Told } from '../memory-log.ts';
import { expectedHistory, expectedKnown } from '../oracle.ts';

/** The same sums, bay by bay and piece by piece. */
export function expectedBuckets(
  site: Site,
  told: readonly Told[],
  { scope, window, timeZone }: Asked,
  interval: Interval,
) {
  const edges = localEdges(window, interval, timeZone);
  const bays = [...scope.members.keys()];
  const stays = expectedHistory(site, told).stays.filter(({ bay }) => bays.includes(bay));
  const pieces = bays.flatMap((bay) => expectedKnown(told, bay));
  return edges.slice(1).map((to, index) => {
    const from = edges[index] ?? 0;
    const sum = (state: 'vacant' | 'occupied') =>
      pieces
        .filter((piece) => piece.state === state)
        .reduce(
          (ms, piece) => ms + Math.max(0, Math.min(piece.until, to) - Math.max(piece.from, from)),
          0,
        );
    const within = (at: number | null) => at !== null && at >= from && at < to;
    return {
      from,
      to,
      occupiedBayMs: sum('occupied'),
      vacantBayMs: sum('vacant'),
      possibleBayMs: bays.length * (to - from),
      arrivals: stays.filter((stay) => !stay.openLeft && within(stay.arrivedBefore)).length,
      departures: stays.filter((stay) => within(stay.departedBefore)).length,
    };
  });
}
