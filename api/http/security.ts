import type { Site } from '#contract/site-check.ts';
import { docsPolicy } from '../documents/docs-page.ts';
import { posterPolicy } from '../pages/poster.ts';
import { formsPolicy } from '../pages/style.ts';

/** What a browser may do with an answer. `data` is never a page: nothing in it is loaded or framed. */
type Kind = 'data' | 'page' | 'console' | 'sign' | 'docs' | 'forms' | 'embed' | 'wall' | 'poster';

/**
 * Which addresses are which; the first that fits, else `data`. Only what stands under /embed may be
 * framed by others: it has no cookie and no login, so that there is nothing to be clicked on unseen.
 */
const kinds: readonly (readonly [paths: RegExp, kind: Kind])[] = [
  [/^\/embed(\/|$)/, 'embed'],
  [/^\/docs$/, 'docs'],
  [/^\/m\/[^/]+\/wall$/, 'wall'],
  [/^\/m\/[^/]+\/poster$/, 'poster'],
  [/^\/m\/[^/]+\/(qr\.svg|link\.png)$/, 'data'],
  [/^\/(login|logout|account|privacy)(\/|$)/, 'forms'],
  [/^\/console(\/|$)/, 'console'],
  [/^\/sign(\/|$)/, 'sign'],
  // A service worker's own policy holds for what it fetches.
  [/^\/($|m\/|sw\.js$)/, 'page'],
];

export function kindOf(path: string): Kind {
  return kinds.find(([paths]) => paths.test(path))?.[1] ?? 'data';
}

type Headers = Readonly<Record<string, string>>;

/** The security headers of every address, made once for a site. */
export function securityHeadersOf(site: Site): (path: string) => Headers {
  const policies: Readonly<Record<Kind, string>> = {
    data: "default-src 'none'; frame-ancestors 'none'",
    page: pagePolicyOf(site, "'none'", "'self'"),
    console: CONSOLE_POLICY,
    sign: SIGN_POLICY,
    docs: docsPolicy(),
    forms: formsPolicy(),
    embed: pagePolicyOf(undefined, '*', "'none'"),
    wall: pagePolicyOf(undefined, "'none'", "'none'"),
    poster: posterPolicy(),
  };
  const byKind = new Map(
    (Object.keys(policies) as Kind[]).map((kind) => [
      kind,
      {
        'Content-Security-Policy': policies[kind],
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': kind === 'forms' ? 'same-origin' : 'strict-origin-when-cross-origin',
        'Permissions-Policy': `geolocation=(${kind === 'page' ? 'self' : ''}), camera=(), microphone=(), payment=(), usb=(), serial=()`,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': kind === 'embed' ? 'cross-origin' : 'same-origin',
        // For browsers that do not know frame-ancestors.
        ...(kind !== 'embed' && { 'X-Frame-Options': 'DENY' }),
      },
    ]),
  );
  return (path) => byKind.get(kindOf(path)) ?? {};
}

/** The driver's page, once it is written: with the style that stands in it, by its hash. */
export function driverPolicyOf(site: Site, styleSource: string): string {
  return `${pagePolicyOf(site, "'none'", "'self'")}; style-src 'self' '${styleSource}'`;
}

/** Behind TLS a browser is told never to come without it. */
export const TLS_ONLY = { 'Strict-Transport-Security': 'max-age=31536000' } as const;

/** Its own files and questions, and nothing else: it has no map, and its forms are sent by script. */
const CONSOLE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A sign has no map, and nothing to be clicked on. */
const SIGN_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Its own files, and the tiles of a site whose map it shows. */
function pagePolicyOf(site: Site | undefined, frameAncestors: string, formAction: string): string {
  const tiles = site && tileOriginOf(site);
  const beside = (sources: string, kind: 'raster' | 'pmtiles') =>
    tiles && site?.header.tiles?.kind === kind ? `${sources} ${tiles}` : sources;
  return [
    "default-src 'self'",
    beside("img-src 'self' data:", 'raster'),
    beside("connect-src 'self'", 'pmtiles'),
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${formAction}`,
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}

/** `https://{s}.tiles.example/…` is a wildcard host in a policy; a relative address is ourselves. */
function tileOriginOf(site: Site): string | undefined {
  const url = site.header.tiles?.url.replace('{s}', '*');
  return url === undefined ? undefined : /^https?:\/\/[a-z0-9.*:-]+/i.exec(url)?.[0];
}
