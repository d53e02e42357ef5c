import { WEEKDAYS } from '#contract/history.ts';
import type { OccupancyQuery } from '#contract/history.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { WallClock } from '../history/answers/wall-clock.ts';
import type { SiteIndex } from './site-index.ts';

type Said = Pick<OccupancyQuery, 'days' | 'interval' | 'market'>;

/**
 * Whether something that begins at an instant belongs to the asked days, by the place's clock.
 * Throws RejectedError('invalid_request') where intervals are longer than days, or where no market
 * says its days.
 */
export function chosenDaysOf(
  { markets }: Pick<SiteIndex, 'markets'>,
  { days, interval, market }: Said,
  clock: WallClock,
): (bucket: { readonly from: number }) => boolean {
  if (days === undefined) return () => true;
  if (interval === 'week' || interval === 'month') {
    throw new RejectedError('invalid_request', `interval: a ${interval} is of all days.`);
  }
  const chosen = new Set(days.split(','));
  const endings = new Set(
    [...markets.values()]
      .filter(({ properties: { id } }) => market === undefined || id === market)
      .flatMap(({ properties: { marketDays } }) => marketDays ?? []),
  );
  const wantsMarkets = chosen.has('market');
  if (wantsMarkets && endings.size === 0) {
    throw new RejectedError('invalid_request', 'days: no market of this site says its days.');
  }
  return ({ from }) => {
    const weekday = WEEKDAYS[clock.at(from).weekday];
    if (weekday !== undefined && chosen.has(weekday)) return true;
    return wantsMarkets && endings.has(Number(clock.isoOf(from).at(DAY_ENDING)));
  };
}

/** The last digit of the date in `2026-11-22T…`. */
const DAY_ENDING = 9;
