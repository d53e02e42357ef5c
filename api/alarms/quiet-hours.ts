import { localTimeOf } from '#contract/calendar.ts';

/** `22:00-06:30`: from the first, inclusive, to the second, exclusive; past midnight where it must. */
export const QUIET_HOURS = /^(([01]\d|2[0-3]):[0-5]\d)-(([01]\d|2[0-3]):[0-5]\d)$/;

/** Whether it is quiet at an instant, by the site's clock; an empty span is never. */
export function isQuietAt(span: string, at: number, timeZone: string): boolean {
  const [, from = '', , to = ''] = QUIET_HOURS.exec(span) ?? [];
  if (from === '' || to === '') return false;
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  const { minuteOfDay } = localTimeOf(at, timeZone);
  return begins <= ends
    ? minuteOfDay >= begins && minuteOfDay < ends
    : minuteOfDay >= begins || minuteOfDay < ends;
}

const minutesOf = (clock: string): number =>
  60 * Number(clock.slice(0, 2)) + Number(clock.slice(3, 5));
