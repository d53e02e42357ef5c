import type { BayId } from '#contract/ids.ts';
import { occupancyAt } from './demand.ts';
import { exponential, openRandom } from './random.ts';
import type { Random } from './random.ts';
import { drawRestMs, drawStayMs, MEAN_STAY_MS } from './stay-lengths.ts';
import type { Traffic, Visit } from './visit.ts';

/** One car leaves and another enters: the bay is empty at least this long. */
export const SHORTEST_GAP_MS = 20_000;
/** A bay that nobody wanted for this long stays empty for good: demand is as good as none. */
const LONGEST_GAP_MS = 400 * 86_400_000;

export interface SeededTrafficOptions {
  readonly seed: number;
  readonly timeZone: string;
  /** The demand of the bay's lot, 0 (nobody) to 1 (full at the fullest hour). */
  readonly demandOf: (bay: BayId) => number;
}

/**
 * Cars by a seed. Each bay is a renewal process: empty for an exponential time whose rate makes the
 * bay as occupied as its lot's demand wants at that hour (rate = 1 / (mean stay · (1 − ρ) / ρ)),
 * then one stay. At the start a bay is occupied with the probability ρ of that hour, by a car met
 * in the middle of its stay. Same seed, same start: same visits.
 */
export function seededTraffic(options: SeededTrafficOptions): Traffic {
  return { visits: (bay, from) => visitsOf(options, bay, from) };
}

/** The occupancy that the lots' demand is drawn from, where no scenario says it. */
export function drawDemand(seed: number, lot: string): number {
  return 0.6 + 0.4 * openRandom(seed, `demand/${lot}`)();
}

function* visitsOf(
  { seed, timeZone, demandOf }: SeededTrafficOptions,
  bay: BayId,
  from: number,
): Generator<Visit, undefined> {
  const random = openRandom(seed, `traffic/${bay}`);
  const demand = demandOf(bay);
  const ratio = (at: number) => arrivalsPerMs(occupancyAt(demand, at, timeZone));
  let freeAt = from - SHORTEST_GAP_MS;
  if (random() < occupancyAt(demand, from, timeZone)) {
    freeAt = from + drawRestMs(random);
    yield { arrivedAt: from, departedAt: freeAt };
  }
  for (;;) {
    const arrivedAt = nextArrival(random, freeAt + SHORTEST_GAP_MS, arrivalsPerMs(demand), ratio);
    if (arrivedAt === undefined) return undefined;
    freeAt = arrivedAt + drawStayMs(random);
    yield { arrivedAt, departedAt: freeAt };
  }
}

/** Arrivals a millisecond at an empty bay that shall be occupied this share of the time. */
function arrivalsPerMs(occupancy: number): number {
  if (occupancy <= 0) return 0;
  const gapMs = (MEAN_STAY_MS * (1 - Math.min(occupancy, 0.97))) / Math.min(occupancy, 0.97);
  return 1 / Math.max(1_000, gapMs - SHORTEST_GAP_MS);
}

/** The first arrival of a Poisson process of varying rate, by thinning one of the highest rate. */
function nextArrival(
  random: Random,
  from: number,
  highest: number,
  rateAt: (at: number) => number,
): number | undefined {
  if (highest <= 0) return undefined;
  let at = from;
  do {
    at += Math.max(1, Math.round(exponential(random, 1 / highest)));
    if (at - from > LONGEST_GAP_MS) return undefined;
  } while (random() * highest >= rateAt(at));
  return at;
}
