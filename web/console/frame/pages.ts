/** The pages in the order of the navigation: what is done standing, on a phone, comes first. */
export const PAGES = [
  'now',
  'alarms',
  'work',
  'sensors',
  'history',
  'day',
  'stays',
  'signs',
] as const;
export type PageName = (typeof PAGES)[number];

export const hrefOf = (page: PageName): string =>
  page === 'now' ? '/console' : `/console/${page}`;

/** undefined: the console has no such page. */
export function pageAt(path: string): PageName | undefined {
  return PAGES.find((page) => hrefOf(page) === path.replace(/\/$/, ''));
}
