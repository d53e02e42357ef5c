import type { Site } from '#contract/site-check.ts';

/** On every answer. */
export const EVERY_ANSWER = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
} as const;

/** Data is never a page: nothing in it may be loaded or framed. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The page's Content-Security-Policy: its own files, and the tiles that the site names. */
export function pagePolicyOf(site: Site): string {
  const tiles = tileOriginOf(site);
  const beside = (sources: string, kind: 'raster' | 'pmtiles') =>
    tiles && site.header.tiles?.kind === kind ? `${sources} ${tiles}` : sources;
  return [
    "default-src 'self'",
    beside("img-src 'self' data:", 'raster'),
    beside("connect-src 'self'", 'pmtiles'),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** `https://{s}.tiles.example/…` is a wildcard host in a policy; a relative address is ourselves. */
function tileOriginOf(site: Site): string | undefined {
  const url = site.header.tiles?.url.replace('{s}', '*');
  return url === undefined ? undefined : /^https?:\/\/[a-z0-9.*:-]+/i.exec(url)?.[0];
}
