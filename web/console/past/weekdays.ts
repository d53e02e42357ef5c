import { DAY_MS } from '../instants.ts';

const A_MONDAY = Date.UTC(2024, 0, 1);

/** Monday to Sunday, short, as the answers count them. */
export function weekdayNamesIn(language: string): readonly string[] {
  const name = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  return Array.from({ length: 7 }, (_, day) => name.format(A_MONDAY + day * DAY_MS));
}
