/**
 * The days of a place: its wall clock, its kinds of day, its public holidays. No schema library
 * here: the page decides with the same lines as the server.
 */
export type DayKind = 'weekday' | 'saturday' | 'sunday' | 'holiday';

/** A public holiday by its date at the place, `YYYY-MM-DD`, and the name it has there. */
export interface Holiday {
  readonly date: string;
  readonly name: string;
}

export interface Calendar {
  /** IANA name. */
  readonly timeZone: string;
  /** The names of a date's holidays. */
  readonly holidays: ReadonlyMap<string, readonly string[]>;
}

export function calendarOf(timeZone: string, holidays: readonly Holiday[]): Calendar {
  const byDate = new Map<string, string[]>();
  for (const { date, name } of holidays) byDate.set(date, [...(byDate.get(date) ?? []), name]);
  return { timeZone, holidays: byDate };
}

/** What the clock on the wall shows; weekday 0 is Sunday. */
export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly weekday: number;
  readonly minuteOfDay: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The wall clock at an instant (epoch milliseconds) in a time zone. */
export function localTimeOf(at: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    weekday: WEEKDAYS.indexOf(part('weekday')),
    minuteOfDay: 60 * Number(part('hour')) + Number(part('minute')),
  };
}

/** The kind of a day by its weekday alone; 0 is Sunday. */
export function weekdayKindOf(weekday: number): Exclude<DayKind, 'holiday'> {
  if (weekday === 0) return 'sunday';
  return weekday === 6 ? 'saturday' : 'weekday';
}

export function dayKindOf(
  { date, weekday }: Pick<LocalTime, 'date' | 'weekday'>,
  { holidays }: Calendar,
): DayKind {
  return holidays.has(date) ? 'holiday' : weekdayKindOf(weekday);
}

const DAY_MS = 86_400_000;

/** The day before a date, by the calendar alone: no time zone can skip or double it. */
export function dayBefore({ date, weekday }: Pick<LocalTime, 'date' | 'weekday'>): {
  readonly date: string;
  readonly weekday: number;
} {
  const before = new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS);
  return { date: before.toISOString().slice(0, 10), weekday: (weekday + 6) % 7 };
}
