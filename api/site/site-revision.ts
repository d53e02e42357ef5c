import { createHash } from 'node:crypto';
import type { Site } from '#contract/site-check.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';

/** Parts of sites are never changed in place; a city's bays are some 20 MB of text. */
const hashOfPart = new WeakMap<object, string>();

/**
 * `sha`: of the text that says this site, and so of each part of it that nothing is laid over. To
 * write a city's parts as text again and hash that takes as long as to read them.
 */
export function knowParts(site: Site, sha: string): void {
  for (const [name, part] of Object.entries(site) as [string, unknown][]) {
    if (typeof part === 'object' && part !== null) hashOfPart.set(part, `${sha} ${name}`);
  }
}

/** The identity of what clients may have seen: the site, what of it is closed, and what was corrected. */
export function revisionOf({ site, closedBays, corrected }: EffectiveSite): string {
  const parts = Object.entries(site).map(([name, part]: [string, unknown]) => {
    const isPart = typeof part === 'object' && part !== null;
    return [name, isPart ? partHash(part) : part];
  });
  return hashOf([parts, [...closedBays], [...corrected]]).slice(0, 16);
}

function partHash(part: object): string {
  const known = hashOfPart.get(part);
  if (known !== undefined) return known;
  const hash = hashOf(part);
  hashOfPart.set(part, hash);
  return hash;
}

const hashOf = (said: unknown): string =>
  createHash('sha256').update(JSON.stringify(said)).digest('hex');
