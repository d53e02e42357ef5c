import { createHash } from 'node:crypto';
import type { Site } from '#contract/site-check.ts';

/** The identity of what clients may have seen: the site, and what of it is closed. */
export function revisionOf(site: Site, closed: readonly string[]): string {
  const text = JSON.stringify(closed.length === 0 ? site : [site, closed]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
