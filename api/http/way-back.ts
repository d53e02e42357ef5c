import type { Asked } from './route.ts';

/** A page of the console with its choices; nothing that leads elsewhere. */
const OWN_PAGE = /^\/console(\/[a-z]{1,20})?(\?[\w%.~=&:+*-]{0,1000})?$/;

/** Where a login leads when it has succeeded; undefined: nobody said, or it is no page of ours. */
export function wayBackIn({ query }: Asked<unknown>): string | undefined {
  const { next } = query as { next?: unknown };
  return typeof next === 'string' && OWN_PAGE.test(next) ? next : undefined;
}
