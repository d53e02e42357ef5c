/**
 * Opening and charging hours at the lot, in the site's own time zone. No schema library here: the
 * page decides with the same lines as the server.
 */
export type DayKind = 'weekday' | 'saturday' | 'sunday' | 'holiday';

/** Half-open, `HH:MM`; `24:00` is the day's end; a span past midnight ends before it begins. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export type Hours = 'always' | { readonly [Kind in DayKind]: readonly Span[] };

export interface LocalTime {
  readonly weekday: number;
  readonly minuteOfDay: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The wall clock at an instant in a time zone; weekday 0 is Sunday. */
export function localTimeOf(at: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? ''),
    minuteOfDay: 60 * Number(parts.get('hour')) + Number(parts.get('minute')),
  };
}

export function dayKindOf(weekday: number): Exclude<DayKind, 'holiday'> {
  if (weekday === 0) return 'sunday';
  return weekday === 6 ? 'saturday' : 'weekday';
}

const minutesOf = (clock: string): number =>
  60 * Number(clock.slice(0, 2)) + Number(clock.slice(3, 5));

/** Whether these hours hold at the instant. Public holidays are not known here yet: see docs. */
export function isWithinHours(hours: Hours, at: number, timeZone: string): boolean {
  if (hours === 'always') return true;
  const { weekday, minuteOfDay } = localTimeOf(at, timeZone);
  const today = hours[dayKindOf(weekday)];
  const yesterday = hours[dayKindOf((weekday + 6) % 7)];
  return (
    today.some((span) => {
      const [from, to] = [minutesOf(span.from), minutesOf(span.to)];
      return from < to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from;
    }) ||
    yesterday.some((span) => {
      const [from, to] = [minutesOf(span.from), minutesOf(span.to)];
      return from >= to && minuteOfDay < to;
    })
  );
}
