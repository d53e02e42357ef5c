import type { Band } from '#contract/bay.ts';
import type { BayClass } from '#contract/bay-class.ts';

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
  readonly twoHours: (price: string) => string;
  readonly free: string;
  readonly freeNow: string;
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
    readonly payment: string;
    readonly operator: string;
    readonly bays: string;
    readonly reserved: string;
    readonly height: string;
    readonly notice: string;
    readonly position: string;
  };
  readonly position: Readonly<Record<'surveyed' | 'official' | 'approximate' | 'unknown', string>>;
  readonly tariff: (base: string, baseMinutes: number, add: string, addMinutes: number) => string;
  readonly dayCap: (price: string) => string;
  readonly freeMinutes: (minutes: number) => string;
  readonly asOfDate: (date: string) => string;
  readonly metres: (metres: string) => string;

  readonly always: string;
  readonly daily: string;
  readonly days: Readonly<Record<'weekday' | 'saturday' | 'sunday' | 'holiday', string>>;
  readonly noHours: string;
  readonly outside: Readonly<Record<'closed' | 'openFree' | 'unknown', string>>;

  readonly directions: string;
  readonly directionsTo: (lot: string) => string;

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
