import Holidays from 'date-holidays';
import type { HolidaysTypes } from 'date-holidays';
import { localTimeOf } from '#contract/calendar.ts';
import type { Holiday } from '#contract/calendar.ts';
import type { SiteHeader } from '#contract/site.ts';

type Region = Pick<SiteHeader, 'holidayRegion' | 'timeZone' | 'moreHolidays' | 'noHolidays'>;

const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;

/** Years before and after the one that is asked for: a process may run on over New Year. */
const YEARS_BEFORE = 1;
const YEARS_AFTER = 2;

/** The hours of an instant are those of its day or a day beside it, by any site's clock. */
const BESIDE_MS = 2 * DAY_MS;

/** A year of a region's calendar takes some 25 ms, and the first one several times that: made once. */
const known = new Map<string, readonly Holiday[]>();

/**
 * The public holidays of a region around an instant (epoch milliseconds), each of their days by
 * its date there, in order; those that the site file adds among them, those that it denies not.
 * Of a part of a country that the calendar does not know, the country's.
 */
export function holidaysAround(at: number, region: Region): Holiday[] {
  const year = yearOf(at, region);
  return holidaysIn(year - YEARS_BEFORE, year + YEARS_AFTER, region);
}

/** The same of the years in which the days beside an instant lie: enough for what is open then. */
export function holidaysBeside(at: number, region: Region): Holiday[] {
  return holidaysIn(yearOf(at - BESIDE_MS, region), yearOf(at + BESIDE_MS, region), region);
}

const yearOf = (at: number, { timeZone }: Region): number =>
  Number(localTimeOf(at, timeZone).date.slice(0, 4));

function holidaysIn(first: number, last: number, region: Region): Holiday[] {
  const { moreHolidays = [], noHolidays = [] } = region;
  const days: Holiday[] = [];
  for (let year = first; year <= last; year += 1) days.push(...calendarOf(region, year));
  return [...days, ...moreHolidays]
    .filter(({ date }) => !noHolidays.includes(date))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1));
}

function calendarOf({ holidayRegion, timeZone }: Region, year: number): readonly Holiday[] {
  const key = `${holidayRegion} ${timeZone} ${year}`;
  const made = known.get(key);
  if (made) return made;
  const [country = '', part] = holidayRegion.split('-');
  const calendar = part === undefined ? new Holidays(country) : new Holidays(country, part);
  const [language] = calendar.getLanguages();
  if (language !== undefined) calendar.setLanguages(language);
  const days = calendar
    .getHolidays(year)
    .filter(({ type }) => type === 'public')
    .flatMap((holiday) => daysOf(holiday, country, timeZone));
  known.set(key, days);
  return days;
}

function daysOf(
  holiday: HolidaysTypes.Holiday,
  country: string,
  timeZone: string,
): readonly Holiday[] {
  const count = Math.max(1, Math.round((Number(holiday.end) - Number(holiday.start)) / DAY_MS));
  const shiftMs = isLateSeollal(holiday, country) ? -DAY_MS : 0;
  return Array.from({ length: count }, (_, day) => {
    // From noon to noon no change of the clock reaches another date.
    const noon = Number(holiday.start) + HALF_DAY_MS + day * DAY_MS + shiftMs;
    return { date: localTimeOf(noon, timeZone).date, name: holiday.name };
  });
}

/**
 * Seollal is the lunar New Year's day, the day before and the day after (Regulations on Holidays of
 * Public Offices, article 2); date-holidays 3.37 begins its three days with New Year's day itself.
 * Chuseok it has right.
 */
function isLateSeollal({ rule }: HolidaysTypes.Holiday, country: string): boolean {
  return country === 'KR' && rule === 'korean 01-0-01 P3D';
}
