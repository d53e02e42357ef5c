import { createHash } from 'node:crypto';
import type { EffectiveSite } from '#contract/site-overlay.ts';

/** The identity of what clients may have seen: the site, what of it is closed, and what was corrected. */
export function revisionOf({ site, closedBays, corrected }: EffectiveSite): string {
  const isAsFile = closedBays.size === 0 && corrected.size === 0;
  const text = JSON.stringify(isAsFile ? site : [site, [...closedBays], [...corrected]]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
