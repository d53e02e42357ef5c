import { dayBefore, dayKindOf, localTimeOf } from './calendar.ts';
import type { Calendar, DayKind, LocalTime } from './calendar.ts';
import type { LocalText } from './site.ts';

/**
 * When a lot is open and when it charges, by the wall clock at the lot. Opening and charging are
 * two things, and both are another axis than vacant or occupied. No schema library here.
 */

/** Half-open, `HH:MM`; `24:00` is the day's end; a span past midnight ends before it begins. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export type Hours = 'always' | { readonly [Kind in DayKind]: readonly Span[] };

/**
 * What holds on certain dates instead of the hours: a festival's closure, free opening at a
 * holiday, roadside parking near a market. Named by dates, both included, or by a holiday.
 */
export interface DateRule {
  /** `YYYY-MM-DD`; with `to`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** A public holiday by its name at the place, e.g. 설날; all of its days. */
  readonly holiday?: string | undefined;
  readonly rule: 'closed' | 'openFree' | 'openCharged';
  /** Only then; absent: from midnight to midnight. At other times of such a day the hours hold. */
  readonly spans?: readonly Span[] | undefined;
  /** Why, for people. */
  readonly reason?: LocalText | undefined;
}

/** What the site file says of when a lot may be used. */
export interface LotPlan {
  readonly openHours: Hours;
  readonly chargedHours: Hours;
  readonly outsideHours: 'closed' | 'openFree' | 'unknown';
  readonly dates?: readonly DateRule[] | undefined;
}

/** `unknown`: open, and nobody says whether it is charged. */
export type LotTime = 'closed' | 'free' | 'charged' | 'unknown';

/** A moment at the lot, worked out once for all lots of a place. */
export interface PlaceTime extends LocalTime {
  readonly kind: DayKind;
  readonly kindBefore: DayKind;
  readonly holidayNames: readonly string[];
}

export function placeTimeOf(at: number, calendar: Calendar): PlaceTime {
  return inCalendar(localTimeOf(at, calendar.timeZone), calendar);
}

function inCalendar(local: LocalTime, calendar: Calendar): PlaceTime {
  return {
    ...local,
    kind: dayKindOf(local, calendar),
    kindBefore: dayKindOf(dayBefore(local), calendar),
    holidayNames: calendar.holidays.get(local.date) ?? [],
  };
}

/** Of each clock time that was asked for, at most one a minute of the day and its end. */
const minutesKnown = new Map<string, number>();

/** Asked for every minute of a stay in every lot: read once each. */
function minutesOf(clock: string): number {
  let minutes = minutesKnown.get(clock);
  if (minutes === undefined) {
    minutes = 60 * Number(clock.slice(0, 2)) + Number(clock.slice(3, 5));
    minutesKnown.set(clock, minutes);
  }
  return minutes;
}

/** Whether a span that begins on this day holds at the minute of this very day. */
function holdsOnItsDay({ from, to }: Span, minute: number): boolean {
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  return begins < ends ? minute >= begins && minute < ends : minute >= begins;
}

/** Whether a span that began the day before still holds. */
function holdsFromBefore({ from, to }: Span, minute: number): boolean {
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  return begins >= ends && minute < ends;
}

export function holdsAt(hours: Hours, { kind, kindBefore, minuteOfDay }: PlaceTime): boolean {
  if (hours === 'always') return true;
  return (
    hours[kind].some((span) => holdsOnItsDay(span, minuteOfDay)) ||
    hours[kindBefore].some((span) => holdsFromBefore(span, minuteOfDay))
  );
}

/** Whether these hours hold at the instant, epoch milliseconds. */
export function isWithinHours(hours: Hours, at: number, calendar: Calendar): boolean {
  return hours === 'always' || holdsAt(hours, placeTimeOf(at, calendar));
}

/** The first rule that holds now: what stands first in the site file goes before. */
export function dateRuleAt(
  { dates }: Pick<LotPlan, 'dates'>,
  time: PlaceTime,
): DateRule | undefined {
  return dates?.find((rule) => {
    const isDay =
      rule.holiday === undefined
        ? rule.from !== undefined && rule.from <= time.date && time.date <= (rule.to ?? rule.from)
        : time.holidayNames.includes(rule.holiday);
    return isDay && (rule.spans?.some((span) => holdsOnItsDay(span, time.minuteOfDay)) ?? true);
  });
}

export function lotTimeOf(plan: LotPlan, time: PlaceTime): LotTime {
  const rule = dateRuleAt(plan, time);
  if (rule) {
    return ({ closed: 'closed', openFree: 'free', openCharged: 'charged' } as const)[rule.rule];
  }
  if (!holdsAt(plan.openHours, time)) return 'closed';
  if (holdsAt(plan.chargedHours, time)) return 'charged';
  return plan.outsideHours === 'openFree' ? 'free' : plan.outsideHours;
}

export function lotTimeAt(plan: LotPlan, at: number, calendar: Calendar): LotTime {
  return lotTimeOf(plan, placeTimeOf(at, calendar));
}

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

/**
 * The wall clock at every minute of a stay from `from` (epoch milliseconds, rounded down to the
 * minute). Asked anew at each full hour, since the clock may have been put forward or back then.
 */
export function stayTimesOf(from: number, minutes: number, calendar: Calendar): PlaceTime[] {
  const times: PlaceTime[] = [];
  const start = from - (from % MINUTE_MS);
  while (times.length < minutes) {
    const first = placeTimeOf(start + times.length * MINUTE_MS, calendar);
    // Zones differ by half and quarter hours: an hour of the wall clock, not of the world's.
    const toFullHour = HOUR_MINUTES - (first.minuteOfDay % HOUR_MINUTES);
    const count = Math.min(toFullHour, minutes - times.length);
    for (let more = 0; more < count; more += 1) {
      times.push({ ...first, minuteOfDay: first.minuteOfDay + more });
    }
  }
  return times;
}
