import { Temporal } from 'temporal-polyfill';
import type { Interval } from '#contract/history.ts';
import type { TimeWindow } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';

export const MOST_BUCKETS = 10_000;

const MINUTES: Readonly<Partial<Record<Interval, number>>> = { '15min': 15, '30min': 30, hour: 60 };

/**
 * Where a window is cut by a place's wall clock: its own ends, and every beginning of an interval
 * between them. A day that a clock change makes 23 or 25 hours long is one bucket; so is each of two
 * hours with the same name. Weeks begin on Monday. Epoch milliseconds, ascending; throws
 * RejectedError('range_too_wide') beyond MOST_BUCKETS.
 */
export function localEdges(
  { from, to }: TimeWindow,
  interval: Interval,
  timeZone: string,
): number[] {
  const edges = [from];
  let next = firstIn(from, interval, timeZone);
  while (next.epochMilliseconds < to) {
    if (next.epochMilliseconds > from) edges.push(next.epochMilliseconds);
    if (edges.length > MOST_BUCKETS) {
      throw new RejectedError('range_too_wide', `One answer has at most ${MOST_BUCKETS} buckets.`);
    }
    next = after(next, interval);
  }
  return [...edges, to];
}

/** The beginning of the interval that holds the instant. */
function firstIn(at: number, interval: Interval, timeZone: string): Temporal.ZonedDateTime {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const minutes = MINUTES[interval];
  // By the clock's own minutes: an hour begins at the half where a zone is half an hour off.
  if (minutes !== undefined) {
    return local.subtract({
      minutes: local.minute % minutes,
      seconds: local.second,
      milliseconds: local.millisecond,
    });
  }
  const day = local.startOfDay();
  if (interval === 'day') return day;
  const daysBack = interval === 'week' ? day.dayOfWeek - 1 : day.day - 1;
  return day.subtract({ days: daysBack }).startOfDay();
}

function after(begin: Temporal.ZonedDateTime, interval: Interval): Temporal.ZonedDateTime {
  const minutes = MINUTES[interval];
  // Time, not wall clock: the second of two hours with one name follows the first.
  if (minutes !== undefined) return begin.add({ minutes });
  const unit = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } } as const;
  return begin.add(unit[interval as keyof typeof unit]).startOfDay();
}
