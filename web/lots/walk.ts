import { distanceM, walkMinutesOf } from '#contract/geo.ts';
import type { LotAnswer, MarketAnswer } from '#contract/http.ts';
import type { PositionQuality } from '#contract/site.ts';

export interface Walk {
  readonly minutes: number;
  /** From the site file; else an estimate from the straight line. */
  readonly measured: boolean;
}

export const isPrecise = (quality: PositionQuality): boolean =>
  quality === 'surveyed' || quality === 'official';

/** The walk from a lot to a market; undefined where a position is not known at all. */
export function walkOf(lot: LotAnswer, market: MarketAnswer): Walk | undefined {
  const said = lot.walks.find((walk) => walk.market === market.market);
  if (said) return { minutes: said.walkMinutes, measured: true };
  if (lot.positionQuality === 'unknown' || market.positionQuality === 'unknown') return undefined;
  const metres = distanceM(lot.position, market.position);
  return { minutes: walkMinutesOf(metres), measured: false };
}
