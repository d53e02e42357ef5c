/**
 * The chance that a bay is free when a driver arrives: a simple model, written down in
 * docs/chance.md. No schema library here.
 */

/** Arrivals and departures in bays open to any car, in so many observed minutes just passed. */
export interface Flow {
  readonly arrivals: number;
  readonly departures: number;
  readonly observedMinutes: number;
}

/** Flows are counted over this long. */
export const FLOW_WINDOW_MINUTES = 30;
/** Below this nothing is said: a lot's habits do not show in so few minutes. */
const LEAST_OBSERVED_MINUTES = 5;

export type ChanceWord = 'likely' | 'even' | 'hard';

/** `share`: 0 to 1; `low` and `high`: between them it lies in about 80 of 100 cases. */
export interface Chance {
  readonly word: ChanceWord;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** From anything to anything is no answer. */
const WIDEST = 0.7;

const LIKELY_FROM = 0.8;
const EVEN_FROM = 0.4;

export function chanceWordOf(share: number): ChanceWord {
  if (share >= LIKELY_FROM) return 'likely';
  return share >= EVEN_FROM ? 'even' : 'hard';
}

/**
 * `vacant`: bays that this driver may use and that are known to be vacant; `aheadMinutes`: from
 * their observation to the arrival. undefined: too little is known to say anything.
 */
export function chanceOf(
  vacant: number,
  flow: Flow | undefined,
  aheadMinutes: number,
): Chance | undefined {
  if (flow === undefined || flow.observedMinutes < LEAST_OBSERVED_MINUTES) return undefined;
  const ahead = Math.max(0, aheadMinutes) / flow.observedMinutes;
  const share = roomWith(vacant, foreseen(flow.arrivals, ahead), foreseen(flow.departures, ahead));
  const at = (arrivals: number, departures: number) =>
    roomWith(vacant, poisson(arrivals * ahead), poisson(departures * ahead));
  const low = Math.min(share, at(rateEdge(flow.arrivals, 1), rateEdge(flow.departures, -1)));
  const high = Math.max(share, at(rateEdge(flow.arrivals, -1), rateEdge(flow.departures, 1)));
  if (high - low > WIDEST) return undefined;
  return { word: chanceWordOf(share), share, low, high };
}

/** Probabilities of 0, 1, 2 … cars; what lies beyond is negligible. */
type Distribution = readonly number[];

const NEGLIGIBLE = 1e-6;
const MOST_CARS = 2_000;

/** P(vacant + departures − arrivals ≥ 1), both independent. */
function roomWith(vacant: number, arrivals: Distribution, departures: Distribution): number {
  const upTo = [0];
  for (const chance of arrivals) upTo.push((upTo.at(-1) ?? 0) + chance);
  /** At most `cars` arrive. */
  const atMost = (cars: number) =>
    cars < 0 ? 0 : (upTo[Math.min(cars + 1, upTo.length - 1)] ?? 0);
  let room = 0;
  for (const [left, chance] of departures.entries()) room += chance * atMost(vacant + left - 1);
  return Math.min(1, room);
}

/**
 * Cars to come when `count` came in a time `1/ahead` as long: the predictive distribution of a
 * Poisson process with Jeffreys' prior, a negative binomial. The less was seen, the wider it is.
 */
function foreseen(count: number, ahead: number): Distribution {
  const shape = count + 0.5;
  const still = 1 / (1 + ahead);
  return series(still ** shape, (cars) => ((cars + shape) / (cars + 1)) * (1 - still));
}

function poisson(mean: number): Distribution {
  return series(Math.exp(-mean), (cars) => mean / (cars + 1));
}

/** From the chance of no car and the ratio of each chance to the one before. */
function series(none: number, ratioAfter: (cars: number) => number): Distribution {
  const chances = [none];
  let sum = none;
  for (let cars = 0; sum < 1 - NEGLIGIBLE && cars < MOST_CARS; cars += 1) {
    const next = (chances[cars] ?? 0) * ratioAfter(cars);
    chances.push(next);
    sum += next;
  }
  return chances;
}

/** 80 % of normal lies within 1.28 standard deviations; of each of two that differ together, less. */
const DEVIATIONS = 1.28 / Math.SQRT2;

/** A count as high, or as low, as its process may have made it: the root of a count varies by ½. */
function rateEdge(count: number, side: 1 | -1): number {
  return Math.max(0, Math.sqrt(count + 0.25) + side * DEVIATIONS * 0.5) ** 2;
}
