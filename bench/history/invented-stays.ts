import type { LotHour } from '#api/history/history.ts';
import type { KeyedStay } from '#api/history/view.ts';
import { BayId, LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';

export interface City {
  readonly lots: number;
  readonly baysPerLot: number;
  readonly days: number;
  /** Between two cars, in the mean; 90 unless told, which is some eight cars a bay and day. */
  readonly vacantMinutes?: number;
}

/** A Monday in the year before; the city's first day. */
export const FIRST_AT = Date.UTC(2026, 0, 5);
const DAY_MS = 24 * HOUR_MS;

export const lotIdOf = (lot: number): LotId => LotId.parse(`lot-${String(lot).padStart(3, '0')}`);

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface BayHistory {
  readonly bay: BayId;
  readonly stays: readonly KeyedStay[];
}

/**
 * A bay's stays: short, middling and long ones, every millisecond observed. Their
 * time is added to the lot's hours as it goes.
 */
export function bayHistory(
  { days, baysPerLot, vacantMinutes = 90 }: City,
  lot: number,
  place: number,
  hours: Map<number, LotHour>,
): BayHistory {
  const random = randomOf(lot * baysPerLot + place + 1);
  const id = lotIdOf(lot);
  const bay = BayId.parse(`${id}-${String(place).padStart(2, '0')}`);
  const endsAt = FIRST_AT + days * DAY_MS;
  const stays: KeyedStay[] = [];
  let at = FIRST_AT;
  addTime(hours, id, at, endsAt, 'vacantBayMs');
  for (let seq = 1; ; seq += 2) {
    const arrivedAt = at + Math.round(-Math.log(1 - random()) * vacantMinutes * 60_000) + 1_000;
    const typicalMs = random() < 0.6 ? 20 * 60_000 : random() < 0.8 ? 70 * 60_000 : 400 * 60_000;
    const departedAt = arrivedAt + Math.round(typicalMs * (0.3 + 1.4 * random()));
    if (departedAt >= endsAt) return { bay, stays };
    stays.push({
      order: { journal: 1, seq },
      stay: {
        bay,
        lot: id,
        arrivedAfter: arrivedAt,
        arrivedBefore: arrivedAt,
        departedAfter: departedAt,
        departedBefore: departedAt,
        bridged: false,
        anomalous: false,
        openLeft: false,
      },
    });
    addTime(hours, id, arrivedAt, departedAt, 'occupiedBayMs');
    count(hours, id, arrivedAt, 'arrivals');
    count(hours, id, departedAt, 'departures');
    at = departedAt;
  }
}

type Sums = { -readonly [Name in keyof LotHour]: LotHour[Name] };

function hourIn(hours: Map<number, LotHour>, lot: LotId, at: number): Sums {
  const hourAt = at - (at % HOUR_MS);
  let hour: Sums | undefined = hours.get(hourAt);
  if (hour === undefined) {
    const none = { occupiedBayMs: 0, vacantBayMs: 0, observedBayMs: 0, arrivals: 0, departures: 0 };
    hour = { lot, hourAt, ...none };
    hours.set(hourAt, hour);
  }
  return hour;
}

function count(
  hours: Map<number, LotHour>,
  lot: LotId,
  at: number,
  what: 'arrivals' | 'departures',
): void {
  hourIn(hours, lot, at)[what] += 1;
}

/** All of it is vacant at first; what is occupied is taken from that. */
function addTime(
  hours: Map<number, LotHour>,
  lot: LotId,
  from: number,
  until: number,
  what: 'occupiedBayMs' | 'vacantBayMs',
): void {
  for (let at = from; at < until;) {
    const hour = hourIn(hours, lot, at);
    const end = Math.min(until, hour.hourAt + HOUR_MS);
    hour[what] += end - at;
    if (what === 'vacantBayMs') hour.observedBayMs += end - at;
    else hour.vacantBayMs -= end - at;
    at = end;
  }
}
