import { DAY_MS } from './instants.ts';

/**
 * When a day begins at a place, as an instant; where its clock leaps over midnight, when the day's
 * first minute comes. `day`: `2026-11-28`.
 */
export function dayStartOf(day: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  // The place's clock is at most 14 hours from UTC's: the day begins within this span.
  let [early, late] = [wanted - DAY_MS, wanted + DAY_MS];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (dayOf(middle, timeZone) < day) early = middle;
    else late = middle;
  }
  return late;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The day at a place: `2026-11-28`. */
export function dayOf(at: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // Swedish writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** The day so many days later: of the calendar, whatever its hours. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
