import { DAY_MS } from '../instants.ts';
import { dayAfter, dayOf } from '../local-day.ts';

/** Ranges that are asked for by name; an address keeps the name, so that it means today tomorrow, too. */
export const RANGES = ['today', 'yesterday', '7d', '30d', '365d', 'free'] as const;
export type RangeName = (typeof RANGES)[number];

export const COMPARISONS = ['none', 'before', 'week'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Days of the site's calendar, half-open. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

const LENGTHS = { today: 1, yesterday: 1, '7d': 7, '30d': 30, '365d': 365 } as const;

/** Which days of a range count, as the server is asked for them; '' is every day. */
export const DAY_CHOICES = [
  '',
  'market',
  'mon,tue,wed,thu,fri',
  'sat,sun',
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
] as const;
export type DayChoice = (typeof DAY_CHOICES)[number];

/** A free range as an address has it; undefined: it has none, or none that can be. */
export function freeRangeOf(from: string | null, to: string | null): DayRange | undefined {
  if (from === null || to === null || !isDay(from) || !isDay(to) || from >= to) return undefined;
  return { from, to };
}

/** Of this century: who types a year has 2, 20 and 202 before 2026. */
export function isDay(text: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** The range with another first or last day; the other end gives way so that one day is left. */
export function rangeWith(
  { from, to }: DayRange,
  change: { readonly first: string } | { readonly last: string },
): DayRange {
  if ('first' in change) {
    const { first } = change;
    return { from: first, to: first < to ? to : dayAfter(first) };
  }
  const { last } = change;
  return { from: from <= last ? from : last, to: dayAfter(last) };
}

export function rangeOf(name: Exclude<RangeName, 'free'>, now: number, timeZone: string): DayRange {
  const tomorrow = dayAfter(dayOf(now, timeZone));
  const to = name === 'yesterday' ? dayAfter(tomorrow, -1) : tomorrow;
  return { from: dayAfter(to, -LENGTHS[name]), to };
}

/** The range that this one is held against; undefined: none. */
export function comparedWith(range: DayRange, comparison: Comparison): DayRange | undefined {
  if (comparison === 'none') return undefined;
  const days = Math.round((Date.parse(range.to) - Date.parse(range.from)) / DAY_MS);
  // Weeks apart the days of the week agree: a market day is held against a market day.
  const back = comparison === 'week' ? 7 * Math.ceil(days / 7) : days;
  return { from: dayAfter(range.from, -back), to: dayAfter(range.to, -back) };
}

/** So fine that a chart has some hundreds of points. */
export function intervalOf({ from, to }: DayRange): '15min' | 'hour' | 'day' {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (days <= 2) return '15min';
  return days <= 31 ? 'hour' : 'day';
}

/** The question for the server; `format` csv: exactly the same as a table. */
export function occupancyPath(
  lot: string,
  range: DayRange,
  { days = '', format }: { readonly days?: DayChoice; readonly format?: 'csv' } = {},
): string {
  const asked = { ...range, interval: intervalOf(range), ...(days !== '' && { days }) };
  return pathOf('occupancy', lot, asked, format);
}

/** The same range by weekday and hour. */
export function weekPath(lot: string, range: DayRange, format?: 'csv'): string {
  return pathOf('week', lot, { ...range }, format);
}

/** Every weekday is in it. */
export const isOfWeeks = ({ from, to }: DayRange): boolean =>
  Date.parse(to) - Date.parse(from) >= 7 * DAY_MS;

function pathOf(
  what: 'occupancy' | 'week',
  lot: string,
  asked: Readonly<Record<string, string>>,
  format?: 'csv',
): string {
  const query = new URLSearchParams(asked);
  if (lot !== '') query.set('lot', lot);
  if (format) {
    query.set('format', format);
    query.set('bom', 'true');
  }
  return `/api/v1/operator/history/${what}?${query.toString()}`;
}
