import { DAY_MS, HOUR_MS } from '../instants.ts';
import { dayAfter, dayOf, dayStartOf } from '../local-day.ts';

/** How long something holds, as people say it. */
export const UNTIL_CHOICES = [
  'hour',
  'hours4',
  'midnight',
  'day',
  'week',
  'month',
  'year',
  'ended',
] as const;
export type UntilChoice = (typeof UNTIL_CHOICES)[number];

/** The end as an instant; null: until somebody ends it. Midnight is the site's. */
export function untilOf(choice: UntilChoice, now: number, timeZone: string): number | null {
  switch (choice) {
    case 'hour':
      return now + HOUR_MS;
    case 'hours4':
      return now + 4 * HOUR_MS;
    case 'midnight':
      return dayStartOf(dayAfter(dayOf(now, timeZone)), timeZone);
    case 'day':
      // Within the longest correction, and below the longest word on a sign, by whichever clock.
      return now + DAY_MS - 60_000;
    case 'week':
      return now + 7 * DAY_MS - 60_000;
    case 'month':
      return now + 30 * DAY_MS;
    case 'year':
      return now + 365 * DAY_MS;
    case 'ended':
      return null;
  }
}
