import { localTimeOf, weekdayKindOf } from '#contract/calendar.ts';
import type { DayKind, LocalTime } from '#contract/calendar.ts';

/**
 * How full a shopping street's bays are by the hour of the local day, as a share of the lot's own
 * demand: markets open at 9 and thin out after 19; Saturday noon is the fullest, Sunday starts late.
 * At night residents and late eaters stay. A plausible shape of ours, not a measurement.
 */
const BY_HOUR: Readonly<Record<Exclude<DayKind, 'holiday'>, readonly number[]>> = {
  weekday: percent('44 43 42 42 42 43 46 52 62 74 86 93 95 92 90 92 94 95 92 84 72 60 52 47'),
  saturday: percent('46 44 43 42 42 42 44 48 58 72 86 95 98 100 100 99 97 94 88 80 70 60 53 48'),
  sunday: percent('46 44 42 42 42 42 43 46 52 62 74 84 90 92 92 90 86 80 72 64 57 52 49 46'),
};

function percent(row: string): readonly number[] {
  return row.split(' ').map((value) => Number(value) / 100);
}

/** No lot is fuller than this on average: a car that leaves is not replaced at once. */
const FULLEST = 0.97;

/** The occupancy (0 to 1) that a lot of this demand tends to at an instant. */
export function occupancyAt(demand: number, at: number, timeZone: string): number {
  const { weekday, minuteOfDay } = localMinuteAt(at, timeZone);
  const hours = BY_HOUR[weekdayKindOf(weekday)];
  const hour = Math.floor(minuteOfDay / 60);
  const into = (minuteOfDay % 60) / 60;
  const [now = 0, next = now] = [hours[hour], hours[(hour + 1) % 24]];
  return Math.min(FULLEST, demand * (now + (next - now) * into));
}

const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;
/** Months of quarters; more are forgotten together. */
const MOST_QUARTERS = 20_000;
const quarters = new Map<string, Map<number, LocalTime>>();

/**
 * The wall clock, read once a quarter of an hour: no clock changes within one, and drawing weeks of
 * a street's traffic asks a million times.
 */
function localMinuteAt(at: number, timeZone: string): Pick<LocalTime, 'weekday' | 'minuteOfDay'> {
  let known = quarters.get(timeZone);
  if (known === undefined || known.size > MOST_QUARTERS) {
    known = new Map();
    quarters.set(timeZone, known);
  }
  const quarter = Math.floor(at / QUARTER_MS);
  let begun = known.get(quarter);
  if (begun === undefined) {
    begun = localTimeOf(quarter * QUARTER_MS, timeZone);
    known.set(quarter, begun);
  }
  const { weekday, minuteOfDay } = begun;
  const minutes = minuteOfDay + Math.floor((at - quarter * QUARTER_MS) / MINUTE_MS);
  // Where a zone is off by no whole quarter of an hour, midnight lies within one.
  return { weekday: (weekday + Math.floor(minutes / 1_440)) % 7, minuteOfDay: minutes % 1_440 };
}
