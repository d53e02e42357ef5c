import { ANY_CAR, DRIVER_TRAITS } from '#contract/driver.ts';
import type { DriverProfile } from '#contract/driver.ts';
import { HAND_OFF_APPS } from '#contract/hand-off.ts';
import type { HandOffApp } from '#contract/hand-off.ts';
import type { LotId } from '#contract/ids.ts';
import { NO_WISHES } from '../lots/wishes.ts';
import type { Wishes } from '../lots/wishes.ts';
import { flag, id, list, natural, oneOf, parsedJson, shape, text } from '../wire/read.ts';
import type { Reader } from '../wire/read.ts';

/** A lot that the driver was led to, when (epoch milliseconds), from which market's page. */
export interface HandedOff {
  readonly lot: LotId;
  readonly at: number;
}

const readers = {
  driver: shape({ traits: list(oneOf(DRIVER_TRAITS)) }, { heightMm: natural }),
  wishes: ((value) => {
    const { walkMinutes, ...wishes } = shape(
      { free: flag, open: flag },
      { walkMinutes: natural },
    )(value);
    return { ...wishes, walkMinutes };
  }) satisfies Reader<Wishes>,
  app: oneOf(HAND_OFF_APPS),
  handedOff: shape({ lot: id<LotId>(), at: natural }) satisfies Reader<HandedOff>,
  parked: text,
} as const;

interface Values {
  readonly driver: DriverProfile;
  readonly wishes: Wishes;
  readonly app: HandOffApp;
  readonly handedOff: HandedOff;
  readonly parked: string;
}

/** As much of a browser's store as is needed here. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const keyOf = (name: string): string => `binjari.${name}`;

/**
 * What stays on this phone and never leaves it. A browser may forbid its store at any time: then
 * nothing is kept, and the page works all the same.
 */
export class Kept {
  readonly #store: () => Store;

  constructor(store: () => Store) {
    this.#store = store;
  }

  get driver(): DriverProfile {
    return this.#read('driver') ?? ANY_CAR;
  }

  get wishes(): Wishes {
    return this.#read('wishes') ?? NO_WISHES;
  }

  get app(): HandOffApp | undefined {
    return this.#read('app');
  }

  get handedOff(): HandedOff | undefined {
    return this.#read('handedOff');
  }

  get parked(): string {
    return this.#read('parked') ?? '';
  }

  keep<Name extends keyof Values>(name: Name, value: Values[Name] | undefined): void {
    this.#try(() => {
      if (value === undefined) this.#store().removeItem(keyOf(name));
      else this.#store().setItem(keyOf(name), JSON.stringify(value));
    });
  }

  #read<Name extends keyof Values>(name: Name): Values[Name] | undefined {
    const kept = this.#try(() => this.#store().getItem(keyOf(name)));
    if (kept === undefined || kept === null) return undefined;
    const reader = readers[name] as unknown as Reader<Values[Name]>;
    return parsedJson(reader, kept);
  }

  #try<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      // SecurityError and QuotaExceededError: see above.
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  }
}
