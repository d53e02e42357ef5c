import type { LotHour } from '#api/history/history.ts';
import type { BayEvent } from '#contract/event.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { ObservedSpan, Stay } from '#contract/stay.ts';
import type { Told } from './memory-log.ts';

/**
 * History as the rules of event-life say it, the slow and plain way: every record is looked at for
 * every stretch of time. It shares no code with the fold that it checks.
 */
export interface ExpectedHistory {
  readonly lotHours: readonly LotHour[];
  readonly stays: readonly Stay[];
  readonly observed: readonly ObservedSpan[];
}

interface Interval {
  readonly from: number;
  readonly until: number;
}
type Hours = Map<string, { -readonly [Field in keyof LotHour]: LotHour[Field] }>;

const HOUR = 3_600_000;
const floorHour = (at: number) => Math.floor(at / HOUR) * HOUR;

export function expectedHistory(site: Site, told: readonly Told[]): ExpectedHistory {
  const hours: Hours = new Map();
  const stays: Stay[] = [];
  const observed: ObservedSpan[] = [];
  for (const { properties } of site.bays) {
    const { id: bay, lot } = properties;
    const mine = told.filter(({ assigned = true }) => assigned);
    const events = mine
      .toSorted((a, b) => a.journalOrder - b.journalOrder || a.record.seq - b.record.seq)
      .flatMap(({ record }) => (record.kind === 'bay' && record.bay === bay ? [record] : []));
    const intervals = mine.flatMap(({ record }) =>
      record.kind === 'observed' && record.bays.includes(bay) ? [record] : [],
    );
    const ofBay = expectedStays(bay, lot, events);
    stays.push(...ofBay);
    for (const { arrivedBefore, departedBefore, openLeft } of ofBay) {
      if (!openLeft) hourIn(hours, lot, arrivedBefore).arrivals += 1;
      if (departedBefore !== null) hourIn(hours, lot, departedBefore).departures += 1;
    }
    observed.push(...watched(events, intervals, hours, bay, lot));
  }
  return {
    lotHours: [...hours.values()]
      .filter(({ observedBayMs, arrivals, departures }) => observedBayMs + arrivals + departures)
      .toSorted((a, b) => compare(a.lot, b.lot) || a.hourAt - b.hourAt),
    stays: sortedStays(stays),
    observed: observed.toSorted((a, b) => compare(a.bay, b.bay) || a.from - b.from),
  };
}

interface Piece extends Interval {
  readonly state: 'vacant' | 'occupied';
}

/** A bay's observed time in known states, cut wherever anything begins or ends. */
export function expectedKnown(told: readonly Told[], bay: BayId): Piece[] {
  const mine = told.filter(({ assigned = true }) => assigned);
  const events = mine
    .toSorted((a, b) => a.journalOrder - b.journalOrder || a.record.seq - b.record.seq)
    .flatMap(({ record }) => (record.kind === 'bay' && record.bay === bay ? [record] : []));
  const intervals = mine.flatMap(({ record }) =>
    record.kind === 'observed' && record.bays.includes(bay) ? [record] : [],
  );
  const edges = new Set([
    ...intervals.flatMap(({ from, until }) => [from, until]),
    ...events.map(({ sensedAt }) => sensedAt),
  ]);
  const sorted = [...edges].toSorted((a, b) => a - b);
  return sorted.flatMap((from, at) => {
    const until = sorted[at + 1];
    const isObserved = intervals.some((each) => each.from <= from && from < each.until);
    const state = events.findLast(({ sensedAt }) => sensedAt <= from)?.state ?? 'unknown';
    if (until === undefined || !isObserved || state === 'unknown') return [];
    return [{ from, until, state }];
  });
}

/** By bay and time; in full, so that two lists of the same stays are equal. */
export function sortedStays(stays: readonly Stay[]): Stay[] {
  return stays.toSorted(
    (a, b) =>
      compare(a.bay, b.bay) ||
      a.arrivedBefore - b.arrivedBefore ||
      compare(JSON.stringify(a), JSON.stringify(b)),
  );
}

function expectedStays(bay: BayId, lot: LotId, events: readonly BayEvent[]): Stay[] {
  const stays: Stay[] = [];
  for (const [at, event] of events.entries()) {
    if (event.state === 'unknown') continue;
    const before = events.slice(0, at);
    const lastKnown = before.findLastIndex(({ state }) => state !== 'unknown');
    const known = before[lastKnown];
    const gap = before[lastKnown + 1]?.sensedAt;
    const current = stays.at(-1);
    if (known?.state === 'occupied' && current) {
      if (event.state === 'occupied' && gap !== undefined) {
        stays[stays.length - 1] = { ...current, bridged: true };
        continue;
      }
      const departedBefore = Math.max(event.sensedAt, current.arrivedBefore);
      const lastSeen = event.state === 'vacant' && gap !== undefined ? gap : departedBefore;
      stays[stays.length - 1] = {
        ...current,
        departedAfter: Math.min(departedBefore, Math.max(lastSeen, current.arrivedBefore)),
        departedBefore,
        anomalous: event.state === 'occupied',
      };
    }
    if (event.state !== 'occupied') continue;
    const isBounded = known?.state === 'vacant' && gap !== undefined;
    stays.push({
      bay,
      lot,
      arrivedAfter: isBounded ? Math.min(gap, event.sensedAt) : event.sensedAt,
      arrivedBefore: event.sensedAt,
      departedAfter: null,
      departedBefore: null,
      bridged: false,
      anomalous: false,
      openLeft: known === undefined,
    });
  }
  return stays;
}

/** Adds the bay's observed time to the hours; returns when it was observed. */
function watched(
  events: readonly BayEvent[],
  intervals: readonly Interval[],
  hours: Hours,
  bay: BayId,
  lot: LotId,
): ObservedSpan[] {
  const edges = new Set(intervals.flatMap(({ from, until }) => [from, until]));
  for (const { sensedAt } of events) edges.add(sensedAt);
  const [first, last] = [Math.min(...edges), Math.max(...edges)];
  for (let hour = floorHour(first); hour < last; hour += HOUR) edges.add(hour);
  const sorted = [...edges].toSorted((a, b) => a - b);
  const spans: { bay: BayId; from: number; until: number }[] = [];
  for (const [at, from] of sorted.entries()) {
    const until = sorted[at + 1];
    if (until === undefined) break;
    if (!intervals.some((interval) => interval.from <= from && from < interval.until)) continue;
    const span = spans.at(-1);
    if (span?.until === from) span.until = until;
    else spans.push({ bay, from, until });
    const state = events.findLast(({ sensedAt }) => sensedAt <= from)?.state ?? 'unknown';
    if (state === 'unknown') continue;
    const hour = hourIn(hours, lot, from);
    hour[state === 'occupied' ? 'occupiedBayMs' : 'vacantBayMs'] += until - from;
    hour.observedBayMs += until - from;
  }
  return spans;
}

function hourIn(hours: Hours, lot: LotId, at: number) {
  const hourAt = floorHour(at);
  const key = `${lot} ${hourAt}`;
  const none = { occupiedBayMs: 0, vacantBayMs: 0, observedBayMs: 0, arrivals: 0, departures: 0 };
  const hour = hours.get(key) ?? { lot, hourAt, ...none };
  hours.set(key, hour);
  return hour;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
