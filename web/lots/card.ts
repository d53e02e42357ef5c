import type { LotId } from '#contract/ids.ts';
import type { LotAnswer, MarketAnswer } from '#contract/http.ts';
import type { Calendar } from '#contract/calendar.ts';
import { lotTimeOf } from '#contract/hours.ts';
import type { LotTime, PlaceTime } from '#contract/hours.ts';
import type { PriceOfStay } from '#contract/price.ts';
import type { LotNow } from './lot-now.ts';
import { priceHere, timesOf } from './prices.ts';
import { reservedOf } from './reserved.ts';
import type { Reserved } from './reserved.ts';
import { verdictOf } from './verdict.ts';
import type { Moment, Verdict } from './verdict.ts';
import type { Trip } from './trip.ts';
import { walkOf } from './walk.ts';
import type { Walk } from './walk.ts';

/** One lot as the list shows it now. */
export interface Card {
  readonly lot: LotAnswer;
  readonly verdict: Verdict;
  readonly walk: Walk | undefined;
  readonly reserved: readonly Reserved[];
  /** Of the stay that the list is made for; undefined: nobody says what it costs. */
  readonly price: PriceOfStay | undefined;
  readonly stayMinutes: number;
  /** What holds when the driver arrives. */
  readonly atArrival: LotTime;
  /** The clock on the wall then. */
  readonly arrival: PlaceTime;
}

/** Lots farther than this stand behind a fold: nobody calls them near. */
export const NEAR_MINUTES = 15;

export interface CardsInput {
  readonly calendar: Calendar;
  readonly trip: Trip;
  readonly market: MarketAnswer | undefined;
  readonly lots: readonly LotAnswer[];
  readonly now: ReadonlyMap<LotId, LotNow>;
  readonly moment: Moment;
}

/** Every lot, the shortest walk first; lots of unknown distance last. */
export function cardsOf(input: CardsInput): Card[] {
  const { calendar, market, lots, now, moment, trip } = input;
  const arriveAt = moment.at + trip.arriveInMinutes * 60_000;
  const times = timesOf(arriveAt, trip.stayMinutes, calendar);
  const arrival = times[0] ?? moment.place;
  return lots
    .map((lot): Card => {
      const lotNow = now.get(lot.lot);
      const verdict = verdictOf(lot, lotNow, moment);
      return {
        lot,
        verdict,
        walk: market && walkOf(lot, market),
        reserved: reservedOf(lotNow, verdict, moment),
        price: priceHere(lot, times, trip.driver),
        stayMinutes: trip.stayMinutes,
        atArrival: lotTimeOf(lot, arrival),
        arrival,
      };
    })
    .toSorted(byWalk);
}

function byWalk(a: Card, b: Card): number {
  const minutes = (card: Card) => card.walk?.minutes ?? Number.POSITIVE_INFINITY;
  // Two lots without a known walk: infinity minus infinity is not a number.
  const difference = minutes(a) === minutes(b) ? 0 : minutes(a) - minutes(b);
  return difference || (a.lot.lot < b.lot.lot ? -1 : 1);
}

export function isNear({ walk }: Card): boolean {
  return walk !== undefined && walk.minutes <= NEAR_MINUTES;
}

/** Where to point while nothing is known to have room: the first lot that is neither closed nor full. */
export function nextBestOf(cards: readonly Card[]): Card | undefined {
  return cards.find(({ verdict }) => verdict.look !== 'closed' && verdict.look !== 'full');
}

/** The answer to "where do I go": the nearest lot that is known to have room now. */
export function answerOf(cards: readonly Card[]): Card | undefined {
  const hasRoom = ({ verdict }: Card) =>
    !verdict.delayed && (verdict.look === 'plenty' || verdict.look === 'few');
  return cards.find((card) => hasRoom(card) && isNear(card));
}
