import type { BayId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { Dwell, HistoryReader } from '../history.ts';
import { Buckets } from './buckets.ts';
import type { BucketSums } from './buckets.ts';
import { crowdingOf } from './crowding.ts';
import type { Crowding } from './crowding.ts';
import { dwellOf } from './dwell.ts';
import { heatCellsOf } from './heat-map.ts';
import type { HeatCell } from './heat-map.ts';
import { localEdges } from './local-edges.ts';
import type { Interval } from './local-edges.ts';
import type { KnownSpan } from './known-time.ts';

/** Which bays are asked for: all sensed bays of some lots, or those of them with a class. */
export interface Scope {
  readonly lots: readonly LotId[];
  readonly bays: readonly BayId[];
  /** These are all sensed bays of the lots, so that the lots' hours tell of them. */
  readonly isWhole: boolean;
}

export interface Asked {
  readonly scope: Scope;
  readonly window: TimeWindow;
  readonly timeZone: string;
}

const DAY_MS = 24 * HOUR_MS;

/** Occupied, vacant and observed time, arrivals and departures by local intervals of the window. */
export async function bucketsOf(
  history: HistoryReader,
  { scope, window, timeZone }: Asked,
  interval: Interval,
): Promise<BucketSums[]> {
  const edges = localEdges(window, interval, timeZone);
  const buckets = new Buckets(edges);
  if (scope.isWhole && edges.every((at) => at % HOUR_MS === 0)) {
    for (const hour of await history.summedHours(scope.lots, window)) buckets.addHour(hour);
    return buckets.all();
  }
  for await (const { known } of history.knownTime(scope.bays, window)) buckets.addKnown(known);
  for await (const stay of staysIn(history, scope, window)) buckets.addStay(stay);
  return buckets.all();
}

/** One cell for each weekday and hour of the wall clock, of all such hours together. */
export async function heatMapOf(history: HistoryReader, asked: Asked): Promise<HeatCell[]> {
  const hours = (await bucketsOf(history, asked, 'hour')).map((bucket) => ({
    ...bucket,
    hourAt: bucket.from,
  }));
  return heatCellsOf(hours, asked.timeZone);
}

/** When the bays were full, and how many were occupied at the most. */
export async function crowdingIn(
  history: HistoryReader,
  { scope, window }: Asked,
): Promise<Crowding> {
  const known: (readonly KnownSpan[])[] = [];
  for await (const bay of history.knownTime(scope.bays, window)) known.push(bay.known);
  return crowdingOf(known);
}

export interface Use {
  readonly dwell: Dwell;
  /** Stays that began in the window; those that stood already are not among them. */
  readonly arrivals: number;
  readonly observedBayMs: number;
  /** Stays begun per bay and observed day; undefined where nothing was observed. */
  readonly turnover: number | undefined;
}

/** Dwell and turnover of the stays that began in the window. */
export async function useOf(
  history: HistoryReader,
  asked: Asked,
  shares: readonly number[],
): Promise<Use> {
  const { scope, window } = asked;
  const begun: Stay[] = [];
  for await (const stay of staysIn(history, scope, window)) {
    if (stay.arrivedBefore >= window.from && stay.arrivedBefore < window.to) begun.push(stay);
  }
  const sums = await bucketsOf(history, asked, 'month');
  const observedBayMs = sums.reduce((sum, each) => sum + each.occupiedBayMs + each.vacantBayMs, 0);
  const arrivals = begun.filter(({ openLeft }) => !openLeft).length;
  return {
    dwell: dwellOf(begun, shares),
    arrivals,
    observedBayMs,
    turnover: observedBayMs === 0 ? undefined : arrivals / (observedBayMs / DAY_MS),
  };
}

async function* staysIn(
  history: HistoryReader,
  { lots, bays, isWhole }: Scope,
  window: TimeWindow,
): AsyncGenerator<Stay> {
  const asked = new Set(bays);
  for await (const stay of history.stays(window, lots)) {
    if (isWhole || asked.has(stay.bay)) yield stay;
  }
}
