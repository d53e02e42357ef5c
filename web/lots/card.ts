import type { Calendar } from '#contract/calendar.ts';
import { chanceOf } from '#contract/chance.ts';
import type { Chance, Flow } from '#contract/chance.ts';
import { mayUse } from '#contract/driver.ts';
import { lotTimeOf } from '#contract/hours.ts';
import type { LotTime, PlaceTime } from '#contract/hours.ts';
import type { PriceOfStay } from '#contract/price.ts';
import type { LotId } from '#contract/ids.ts';
import type { LotAnswer, MarketAnswer } from '#contract/http.ts';
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
  /** Vacant bays that this driver may use; undefined: no number may be shown. */
  readonly usable: number | undefined;
  /** Of a free bay at arrival; undefined: nobody can say. */
  readonly chance: Chance | undefined;
  readonly flow: Flow | undefined;
  /** Of the stay that the list is made for; undefined: nobody says what it costs. */
  readonly price: PriceOfStay | undefined;
  readonly stayMinutes: number;
  /** What holds when the driver arrives. */
  readonly atArrival: LotTime;
  /** The clock on the wall then. */
  readonly arrival: PlaceTime;
  /** Whether the car is low enough, as far as the lot's limit is known. */
  readonly fits: boolean;
  readonly worth: Worth;
}

/** How much a lot is worth driving to, the best first; see docs/chance.md. */
type Worth = 'room' | 'unsure' | 'hard' | 'barred';
const WORTHS: readonly Worth[] = ['room', 'unsure', 'hard', 'barred'];

/** Lots farther than this stand behind a fold: nobody calls them near. */
export const NEAR_MINUTES = 15;
const MINUTE_MS = 60_000;

export interface CardsInput {
  readonly calendar: Calendar;
  readonly trip: Trip;
  readonly market: MarketAnswer | undefined;
  readonly lots: readonly LotAnswer[];
  readonly now: ReadonlyMap<LotId, LotNow>;
  readonly flows: ReadonlyMap<LotId, Flow>;
  readonly moment: Moment;
}

/**
 * Every lot, the near ones first. Among them those with room, then those of which nobody knows,
 * then those that will hardly have room, then those that this car may not use at that time; among
 * equals by the walk, the price, the bays free for this driver. Lots of unknown distance last.
 */
export function cardsOf(input: CardsInput): Card[] {
  const { calendar, market, lots, now, flows, moment, trip } = input;
  const arriveAt = moment.at + trip.arriveInMinutes * MINUTE_MS;
  const times = timesOf(arriveAt, trip.stayMinutes, calendar);
  const arrival = times[0] ?? moment.place;
  const cards = lots.map((lot): Card => {
    const lotNow = now.get(lot.lot);
    const verdict = verdictOf(lot, lotNow, moment);
    const reserved = reservedOf(lotNow, verdict, moment);
    const usable = usableOf(verdict, reserved, trip);
    const flow = flows.get(lot.lot);
    const ahead = trip.arriveInMinutes + (verdict.ageMs ?? 0) / MINUTE_MS;
    const chance = usable === undefined ? undefined : chanceOf(usable, flow, ahead);
    const atArrival = lotTimeOf(lot, arrival);
    const fits = (trip.driver.heightMm ?? 0) <= (lot.heightLimitMm ?? Number.POSITIVE_INFINITY);
    return {
      lot,
      verdict,
      walk: market && walkOf(lot, market),
      reserved,
      usable,
      chance: atArrival === 'closed' ? undefined : chance,
      flow,
      price: priceHere(lot, times, trip.driver),
      stayMinutes: trip.stayMinutes,
      atArrival,
      arrival,
      fits,
      worth: worthOf({ verdict, usable, chance, atArrival, fits }),
    };
  });
  return cards
    .map((card) => ({ card, keys: worthKeysOf(card) }))
    .toSorted(byKeys)
    .map(({ card }) => card);
}

function usableOf(
  { vacant }: Verdict,
  reserved: readonly Reserved[],
  { driver }: Trip,
): number | undefined {
  if (vacant === undefined) return undefined;
  const own = reserved.filter(({ bayClass }) => mayUse(driver, bayClass));
  return own.reduce((sum, each) => sum + each.vacant, vacant);
}

function worthOf(card: Pick<Card, 'verdict' | 'usable' | 'chance' | 'atArrival' | 'fits'>): Worth {
  const { verdict, usable, chance, atArrival, fits } = card;
  if (atArrival === 'closed' || !fits) return 'barred';
  if (chance?.word === 'hard' || (usable === 0 && chance === undefined)) return 'hard';
  if (verdict.delayed || (usable ?? 0) === 0) {
    return verdict.look === 'plenty' && usable === undefined ? 'room' : 'unsure';
  }
  return 'room';
}

/** The less, the sooner it stands in the list; worked out once a card, compared many times. */
function worthKeysOf(card: Card): readonly number[] {
  const near = isNear(card);
  return [
    near ? 0 : 1,
    near ? WORTHS.indexOf(card.worth) : 0,
    card.walk?.minutes ?? Number.MAX_SAFE_INTEGER,
    card.price?.minor ?? Number.MAX_SAFE_INTEGER,
    -(card.usable ?? 0),
  ];
}

interface Keyed {
  readonly card: Card;
  readonly keys: readonly number[];
}

function byKeys(a: Keyed, b: Keyed): number {
  for (const [at, key] of a.keys.entries()) {
    const other = b.keys[at] ?? 0;
    if (key !== other) return key - other;
  }
  return a.card.lot.lot < b.card.lot.lot ? -1 : 1;
}

export function isNear({ walk }: Card): boolean {
  return walk !== undefined && walk.minutes <= NEAR_MINUTES;
}

/** Where to point while nothing is known to have room: the first lot that is neither closed nor full. */
export function nextBestOf(cards: readonly Card[]): Card | undefined {
  return cards.find(
    ({ verdict, worth }) =>
      worth !== 'barred' && verdict.look !== 'closed' && verdict.look !== 'full',
  );
}

/** The answer to "where do I go": the first near lot that is known to have room now. */
export function answerOf(cards: readonly Card[]): Card | undefined {
  const hasRoom = ({ verdict, usable }: Card) =>
    !verdict.delayed && (verdict.look === 'plenty' || verdict.look === 'few' || (usable ?? 0) > 0);
  return cards.find((card) => card.worth === 'room' && hasRoom(card) && isNear(card));
}

/** Where to go when this lot turns out full: the best other lot. */
export function fallbackOf(cards: readonly Card[], card: Card): Card | undefined {
  const others = cards.filter((other) => other !== card && isNear(other));
  return others.find(({ worth }) => worth === 'room') ?? nextBestOf(others);
}
