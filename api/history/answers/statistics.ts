import type { Interval } from '#contract/history.ts';
import type { LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { Dwell, HistoryReader } from '../history.ts';
import { clippedSpans } from '../spans.ts';
import type { Span } from '../spans.ts';
import { Buckets } from './buckets.ts';
import type { BucketSums } from './buckets.ts';
import { Crowd } from './crowding.ts';
import type { Crowding } from './crowding.ts';
import { DwellTally } from './dwell.ts';
import { heatCellsOf } from './heat-map.ts';
import type { HeatCell } from './heat-map.ts';
import { localEdges } from './local-edges.ts';
import { isMemberAt, knownWithin } from './members.ts';
import type { Members } from './members.ts';

/** Which bays are asked for, and when each of them counts. */
export interface Scope {
  readonly members: Members;
  /** The lots that they were ever in: their stays have begun there. */
  readonly lots: readonly LotId[];
  /** The hours under these keys tell of exactly these bays; undefined: of others, too. */
  readonly hoursKeys: readonly LotId[] | undefined;
}

export interface Asked {
  readonly scope: Scope;
  readonly window: TimeWindow;
  readonly timeZone: string;
  /** Epoch milliseconds: what is later could not be observed yet. */
  readonly now: number;
  /** Of what is older, lots' hours are kept and single events are not. */
  readonly eventsSince: number;
}

const DAY_MS = 24 * HOUR_MS;

/** Occupied, vacant and possible time, arrivals and departures by local intervals of the window. */
export async function bucketsOf(
  history: HistoryReader,
  asked: Asked,
  interval: Interval,
): Promise<BucketSums[]> {
  const { scope, window, timeZone, now } = asked;
  const edges = localEdges(window, interval, timeZone);
  const buckets = new Buckets(edges);
  for (const [span, bays] of countedSpans(scope.members)) {
    buckets.addPossible({ from: span.from, until: Math.min(span.until, now) }, bays);
  }
  const { hoursKeys, members } = scope;
  if (hoursKeys && edges.every((at) => at % HOUR_MS === 0)) {
    for (const hour of await history.summedHours(hoursKeys, window)) buckets.addHour(hour);
    return buckets.all();
  }
  refuseUntold(asked);
  for await (const { bay, known } of history.knownTime([...members.keys()], window)) {
    buckets.addKnown(knownWithin(known, members.get(bay) ?? []));
  }
  for await (const stay of staysIn(history, scope, window)) {
    buckets.addStay(stay, members.get(stay.bay) ?? []);
  }
  return buckets.all();
}

/** Most bays are members all the time: then there is one span, so many times. */
function countedSpans(members: Members): Iterable<readonly [Span, number]> {
  const counted = new Map<string, readonly [Span, number]>();
  for (const span of [...members.values()].flat()) {
    const key = `${span.from}/${span.until}`;
    counted.set(key, [span, (counted.get(key)?.[1] ?? 0) + 1]);
  }
  return counted.values();
}

/** Half a year of 500 bays, or a month of 3,000, event by event: some seconds of work. */
const MOST_BAY_DAYS = 100_000;

/** Throws RejectedError('events_expired'). */
export function refuseExpired(from: number, eventsSince: number): void {
  if (from >= eventsSince) return;
  const since = new Date(eventsSince).toISOString();
  throw new RejectedError(
    'events_expired',
    `Single events are kept since ${since}: ask from then on, or for whole hours of whole lots.`,
  );
}

/**
 * Throws RejectedError: `range_too_wide` where events would be read for too long, `events_expired`
 * where they are not kept any more: what was removed must not look as if nobody had watched.
 */
function refuseUntold({ scope, window, eventsSince }: Asked): void {
  const { members } = scope;
  const { from, to } = window;
  refuseExpired(from, eventsSince);
  if ((members.size * (to - from)) / DAY_MS <= MOST_BAY_DAYS) return;
  throw new RejectedError(
    'range_too_wide',
    `This is answered from single events, of at most ${MOST_BAY_DAYS} bays times days: ask for a shorter range or fewer bays.`,
  );
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
export async function crowdingIn(history: HistoryReader, asked: Asked): Promise<Crowding> {
  refuseUntold(asked);
  const { scope, window, now } = asked;
  const { members } = scope;
  const crowd = new Crowd();
  for await (const { bay, known } of history.knownTime([...members.keys()], window)) {
    const spans = clippedSpans(members.get(bay) ?? [], 0, now);
    crowd.add(knownWithin(known, spans), spans);
  }
  return crowd.crowding();
}

export interface Use {
  readonly dwell: Dwell;
  /** How many of the exact lengths are shorter than each of the asked limits, and the rest. */
  readonly histogram: readonly number[];
  /** Stays that began in the window; those that stood already are not among them. */
  readonly arrivals: number;
  readonly departures: number;
  /** Of the stays that began: ended by an arrival on the occupied bay; taken for one over a gap. */
  readonly anomalous: number;
  readonly bridged: number;
  readonly observedBayMs: number;
  readonly possibleBayMs: number;
  /** Stays begun per bay and observed day; undefined where nothing was observed. */
  readonly turnover: number | undefined;
}

/** Dwell and turnover of the stays that began in the window. `limitsMs` ascending. */
export async function useOf(
  history: HistoryReader,
  asked: Asked,
  {
    shares,
    limitsMs,
  }: { readonly shares: readonly number[]; readonly limitsMs: readonly number[] },
): Promise<Use> {
  const { scope, window } = asked;
  refuseUntold(asked);
  const dwell = new DwellTally();
  const counts = { arrivals: 0, departures: 0, anomalous: 0, bridged: 0 };
  const isWithin = (stay: Stay, at: number | null) =>
    at !== null &&
    at >= window.from &&
    at < window.to &&
    isMemberAt(scope.members.get(stay.bay), at);
  for await (const stay of staysIn(history, scope, window)) {
    if (isWithin(stay, stay.departedBefore)) counts.departures += 1;
    if (!isWithin(stay, stay.arrivedBefore)) continue;
    dwell.add(stay);
    if (!stay.openLeft) counts.arrivals += 1;
    if (stay.anomalous) counts.anomalous += 1;
    if (stay.bridged) counts.bridged += 1;
  }
  const sums = await bucketsOf(history, asked, 'month');
  const sumOf = (of: (sums: BucketSums) => number) => sums.reduce((sum, each) => sum + of(each), 0);
  const observedBayMs = sumOf((each) => each.occupiedBayMs + each.vacantBayMs);
  return {
    dwell: dwell.dwell(shares),
    histogram: dwell.histogram(limitsMs),
    ...counts,
    observedBayMs,
    possibleBayMs: sumOf((each) => each.possibleBayMs),
    turnover: observedBayMs === 0 ? undefined : counts.arrivals / (observedBayMs / DAY_MS),
  };
}

async function* staysIn(
  history: HistoryReader,
  { lots, members }: Scope,
  window: TimeWindow,
): AsyncGenerator<Stay> {
  for await (const stay of history.stays(window, lots)) {
    if (members.has(stay.bay)) yield stay;
  }
}
