import type { Scenario } from '../scenario.ts';
import { openAir, openMinuteOfDay } from './air.ts';
import type { Air } from './air.ts';
import { keyOf, uniformAt } from './chance.ts';
import { drawDirection } from './field.ts';
import type { Field } from './field.ts';
import { drawsOf } from './chance.ts';
import { Happenings } from './happenings.ts';

const HOUR_MS = 3_600_000;
const RAIN_SPELL_MS = 2 * HOUR_MS;
const COVER_SPELL_MS = 3 * HOUR_MS;
/** Of the people and carts of the busy hours, so many come at others. */
const QUIET_SHARE = 0.1;

/** What all bays of a lot have in common. */
export interface LotSurroundings {
  readonly cars: Happenings;
  readonly trucks: Happenings;
  readonly trains: Happenings;
  /** Where a train's current pulls the field of the whole lot. */
  readonly trainDirection: Field;
}

/** What a street is exposed to besides the vehicles in its bays, by the street's clock. */
export interface Surroundings {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly air: Air;
  /** How hard it rains, 0 (not) to 1. */
  rainAt(at: number): number;
  /** Whether snow or water lies in the bay of this key. */
  isCovered(key: number, at: number): boolean;
  /** People and carts over one bay. */
  people(key: number): Happenings;
  carts(key: number): Happenings;
  lot(name: string): LotSurroundings;
}

/** Surroundings as a scenario says and a seed draws them. */
export function openSurroundings(options: {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly timeZone: string;
}): Surroundings {
  const { scenario, seed, timeZone } = options;
  const lots = new Map<string, LotSurroundings>();
  const rainKey = keyOf(seed, 'rain');
  const minuteOfDay = openMinuteOfDay(timeZone);
  const [busyFrom, busyTo] = scenario.busyHours;

  function walking(key: number, mostPerHour: number, lasts: readonly [number, number]): Happenings {
    const perHourAt = (at: number) => {
      const hour = minuteOfDay(at) / 60;
      return hour >= busyFrom && hour < busyTo ? mostPerHour : QUIET_SHARE * mostPerHour;
    };
    return new Happenings({ key, mostPerHour, perHourAt, lasts });
  }

  function openLot(name: string): LotSurroundings {
    const happen = (what: string, mostPerHour: number, lasts: readonly [number, number]) =>
      new Happenings({ key: keyOf(seed, `${what}/${name}`), mostPerHour, lasts });
    return {
      cars: happen('cars', scenario.passingCarsPerHour, [1_000, 3_000]),
      trucks: happen('trucks', scenario.passingTrucksPerHour, [3_000, 6_000]),
      trains: happen('trains', scenario.trainsPerHour, [8_000, 25_000]),
      trainDirection: drawDirection(drawsOf(keyOf(seed, `rails/${name}`))),
    };
  }

  return {
    scenario,
    seed,
    air: openAir({ timeZone, seed, offsetC: scenario.airOffsetC, swingC: scenario.airSwingC }),
    rainAt: (at) => {
      const spell = Math.floor(at / RAIN_SPELL_MS);
      if (uniformAt(rainKey, spell) >= scenario.rainShare) return 0;
      return uniformAt(rainKey ^ 1, spell);
    },
    isCovered: (key, at) => {
      if (scenario.coveredShare === 0) return false;
      const spell = Math.floor(at / COVER_SPELL_MS + uniformAt(key, 0));
      return uniformAt(key ^ 1, spell) < scenario.coveredShare;
    },
    people: (key) => walking(key, scenario.peoplePerHour, [300, 1_200]),
    carts: (key) => walking(key, scenario.cartsPerHour, [5_000, 600_000]),
    lot: (name) => {
      const known = lots.get(name) ?? openLot(name);
      lots.set(name, known);
      return known;
    },
  };
}
