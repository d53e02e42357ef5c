import type { Band } from '#contract/bay.ts';
import type { BayClass } from '#contract/bay-class.ts';
import type { ChanceWord } from '#contract/chance.ts';
import type { HandOffApp } from '#contract/hand-off.ts';
import type { DriverTrait } from '#contract/driver.ts';

/** The look of a lot's pin: a band, or why there is none. */
export type Look = Band | 'noData' | 'closed' | 'noLiveCount';

/**
 * Every word of the driver's page in one language. Numbers come in as texts that are formatted
 * already where they are shown as they are, and as numbers where the grammar needs them.
 */
export interface Texts {
  readonly brand: string;
  readonly title: (market: string) => string;
  readonly about: (market: string) => string;
  readonly skipToList: string;
  readonly skipToMap: string;
  readonly simulated: string;
  readonly chooseMarket: string;
  readonly chooseLanguage: string;
  readonly order: string;
  readonly arrival: string;
  /** 0: now. */
  readonly arriveIn: (minutes: number) => string;
  readonly fromHere: string;
  readonly myCar: string;
  readonly hiddenLots: (lots: number) => string;
  readonly usableBays: (bays: number) => string;
  readonly chances: Readonly<Record<ChanceWord, string>>;
  readonly chance: (word: string) => string;
  readonly chanceStory: (
    percent: number,
    low: number,
    high: number,
    arrivals: number,
    departures: number,
  ) => string;
  readonly closedAtArrival: string;
  readonly tooTall: string;
  readonly noLots: string;
  readonly farther: (lots: number, minutes: number) => string;
  readonly answer: string;

  readonly looks: Readonly<Record<Look, string>>;
  /** In the pin itself, where only a word can stand. */
  readonly fullInPin: string;
  readonly sensedFull: string;
  readonly vacantBays: (bays: number) => string;
  readonly noVacantBay: string;
  readonly noSensedBayVacant: string;
  readonly unknownBays: (bays: number) => string;
  readonly nothingKnown: string;
  readonly noLiveCount: string;
  readonly sensedOf: (sensed: number, capacity: number) => string;
  readonly capacity: (bays: number) => string;
  readonly closedNow: string;

  readonly walk: (minutes: number) => string;
  readonly walkUnknown: string;
  /** A stay of so many minutes and its price. */
  readonly stay: (minutes: number, price: string) => string;
  readonly withCoupon: (price: string) => string;
  /** Charged in these hours of the day, and after that nobody says. */
  readonly chargedThenAsk: (spans: string, fullHours: boolean) => string;
  readonly free: string;
  readonly priceUnknown: string;
  readonly classes: Readonly<Record<BayClass, string>>;
  readonly reserved: (bayClass: string, vacant: number) => string;

  readonly justNow: string;
  /** Of a number that nobody renews: seen at this time of day. */
  readonly seenAt: (clock: string) => string;
  readonly lastSeen: (age: string) => string;
  readonly delayed: (age: string) => string;

  readonly live: string;
  readonly polling: string;
  readonly connecting: string;
  readonly asOf: (clock: string) => string;
  readonly reload: string;
  readonly offline: string;
  readonly lost: (clock: string) => string;
  readonly spoken: (lot: string, state: string, age: string) => string;

  readonly details: {
    readonly address: string;
    readonly phone: string;
    readonly openHours: string;
    readonly chargedHours: string;
    readonly price: string;
    readonly stayPrice: string;
    readonly dates: string;
    readonly payment: string;
    readonly operator: string;
    readonly chance: string;
    readonly bays: string;
    readonly reserved: string;
    readonly height: string;
    readonly notice: string;
    readonly position: string;
  };
  readonly notKnown: string;
  readonly position: Readonly<Record<'surveyed' | 'official' | 'approximate' | 'unknown', string>>;
  readonly tariff: (base: string, baseMinutes: number, add: string, addMinutes: number) => string;
  readonly dayCap: (price: string) => string;
  readonly freeMinutes: (minutes: number) => string;
  readonly freeMinutesStay: (minutes: number) => string;
  /** How the price of the stay came about, part by part. */
  readonly parts: {
    readonly base: (minutes: number, price: string) => string;
    readonly adds: (count: number, minutes: number, price: string) => string;
    readonly capped: (price: string) => string;
    readonly discount: (who: string, percent: number) => string;
    readonly couponMinutes: (minutes: number, price: string) => string;
    readonly couponPercent: (percent: number, price: string) => string;
    readonly free: (minutes: number) => string;
    readonly unknown: (minutes: number) => string;
    readonly closed: (minutes: number) => string;
  };
  readonly traits: Readonly<Record<DriverTrait, string>>;
  readonly dateRules: Readonly<Record<'closed' | 'openFree' | 'openCharged', string>>;
  readonly asOfDate: (date: string) => string;
  readonly metres: (metres: string) => string;

  readonly always: string;
  readonly daily: string;
  readonly days: Readonly<Record<'weekday' | 'saturday' | 'sunday' | 'holiday', string>>;
  readonly noHours: string;
  readonly outside: Readonly<Record<'closed' | 'openFree' | 'unknown', string>>;

  readonly directions: string;
  readonly directionsTo: (lot: string, app: string) => string;
  readonly apps: Readonly<Record<HandOffApp, string>>;
  /** The place is not sure: the app searches by name. */
  readonly roughPlace: string;
  /** `metres`: '' where the places are not sure. */
  readonly ifFull: (lot: string, metres: string) => string;
  readonly moreWays: string;
  readonly showThis: string;
  readonly share: string;
  readonly copyAddress: string;
  readonly copied: string;
  readonly openPage: string;
  readonly qr: string;
  readonly scan: string;
  readonly yours: string;
  readonly insteadTo: (lot: string) => string;
  readonly arrived: string;

  readonly sheet: {
    readonly close: string;
    readonly carNote: string;
    readonly height: string;
    readonly anyHeight: string;
    readonly show: string;
    readonly onlyFree: string;
    readonly onlyOpen: string;
    readonly walkUpTo: string;
    readonly anyWalk: string;
    readonly copy: string;
    readonly parked: string;
    readonly parkedHint: string;
    readonly parkedNote: string;
  };

  readonly map: string;
  readonly mapKeys: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly toMarket: string;
  readonly legend: string;
  /** `private`: residents' bays, whose states the server tells nobody one by one. */
  readonly bays: Readonly<Record<'vacant' | 'occupied' | 'unknown' | 'closed' | 'private', string>>;
  /** So many bays out of service. */
  readonly closedBays: (bays: number) => string;
  readonly mapFailed: string;

  readonly walkNote: string;
  readonly countNote: string;
  readonly privacy: string;
}
