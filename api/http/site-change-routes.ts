import * as z from 'zod';
import {
  ApplyQuery,
  AuthorQuery,
  NewOverlayBody,
  OverlaysAnswer,
  RollbackQuery,
  SiteAppliedAnswer,
  SiteCheckAnswer,
  SiteVersionsAnswer,
} from '#contract/site-change.ts';
import type { SiteVersion } from '#contract/site-change.ts';
import { siteDiffOf } from '#contract/site-diff.ts';
import type { Site } from '#contract/site-check.ts';
import { missingIn, SiteOverlay } from '#contract/site-overlay.ts';
import { isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { checkedSite } from '../site/running-site.ts';
import type { KnownVersion, SiteReader } from '../site/running-site.ts';
import { tooLargeExtracts } from '../site/gateway-sites.ts';
import type { ApiContext } from './context.ts';
import { NEVER_STORED, parseRequest, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { GEOJSON_MEDIA, JSON_MEDIA } from './site-routes.ts';

/** A site of 100,000 bays with their polygons fits. */
const MOST_SITE_BYTES = 64 * 1024 * 1024;

/** How operators change the site that runs: a new file, an old one again, something for a while. */
export function siteChangeRoutes({ sites, clock }: ApiContext): Route[] {
  const operator = { access: 'operator', cacheControl: NEVER_STORED } as const;
  const file = {
    media: GEOJSON_MEDIA,
    mostBytes: MOST_SITE_BYTES,
    schema: z.record(z.string(), z.unknown()).describe('a site file, see /api/v1/site.schema.json'),
  };
  const json = (schema: z.ZodType) => ({ [JSON_MEDIA]: schema });
  return [
    {
      ...operator,
      method: 'post',
      path: '/api/v1/operator/site/check',
      about: 'What a site file would change, and what of it is wrong; changes nothing.',
      body: file,
      media: json(SiteCheckAnswer),
      problems: ['not_authorised', 'body_too_large'],
      answer: ({ body }) => ({ kind: 'value', value: checkAnswerOf(body.toString(), sites) }),
    },
    routeWithQuery({
      ...operator,
      method: 'post',
      path: '/api/v1/operator/site/apply',
      about: 'Runs a site file from now on, or from an instant on; the one before is kept.',
      query: ApplyQuery,
      body: file,
      media: json(SiteAppliedAnswer),
      problems: ['invalid_request', 'not_authorised', 'body_too_large', 'invalid_site'],
      answer: ({ query: { author, validFrom }, body }) => {
        const before = sites.now.site;
        const from = validFrom === undefined ? {} : { validFrom: Date.parse(validFrom) };
        const applied = sites.apply(body.toString(), { author, ...from });
        const diff = siteDiffOf(before, applied.site);
        return { kind: 'value', value: { version: versionOf(applied, sites), diff } };
      },
    }),
    {
      ...operator,
      method: 'get',
      path: '/api/v1/operator/site/versions',
      about: 'Every version of the site that this api was given, the newest first.',
      media: json(SiteVersionsAnswer),
      problems: ['not_authorised'],
      answer: () => ({
        kind: 'value',
        value: { versions: sites.versions.map((one) => versionOf(one, sites)).toReversed() },
      }),
    },
    routeWithQuery({
      ...operator,
      method: 'post',
      path: '/api/v1/operator/site/rollback',
      about: 'An earlier version holds again from now on, as a new version.',
      query: RollbackQuery,
      media: json(SiteAppliedAnswer),
      problems: ['invalid_request', 'not_authorised', 'unknown_version'],
      answer: ({ query: { author, version } }) => {
        const before = sites.now.site;
        const applied = sites.rollBack(Number(version), author);
        const diff = siteDiffOf(before, applied.site);
        return { kind: 'value', value: { version: versionOf(applied, sites), diff } };
      },
    }),
    {
      ...operator,
      method: 'get',
      path: '/api/v1/operator/site/overlays',
      about: 'What is laid over the site file now, or will be.',
      media: json(OverlaysAnswer),
      problems: ['not_authorised'],
      answer: () => ({ kind: 'value', value: { overlays: [...sites.overlays] } }),
    },
    {
      ...operator,
      method: 'post',
      path: '/api/v1/operator/site/overlays',
      about: 'Takes a bay or a lot out of service, or gives a lot other hours, for a while.',
      body: { media: JSON_MEDIA, mostBytes: 16 * 1024, schema: NewOverlayBody },
      media: json(SiteOverlay),
      problems: ['invalid_request', 'not_authorised', 'body_too_large'],
      answer: ({ body }) => {
        const { from, until = null, ...said } = parseRequest(NewOverlayBody, jsonOf(body));
        const overlay = { ...said, from: from ?? isoOf(clock.wallMs()), until };
        return { kind: 'value', value: sites.lay(overlay) };
      },
    },
    routeWithQuery({
      ...operator,
      method: 'post',
      path: '/api/v1/operator/site/overlays/{overlay}/end',
      about: 'Ends an overlay now; of one that has not begun nothing is left.',
      params: z.object({ overlay: SiteOverlay.shape.id }),
      query: AuthorQuery,
      media: json(OverlaysAnswer),
      problems: ['invalid_request', 'not_authorised', 'unknown_overlay'],
      answer: ({ params, query: { author } }) => {
        sites.endOverlay(params['overlay'] ?? '', author);
        return { kind: 'value', value: { overlays: [...sites.overlays] } };
      },
    }),
  ];
}

function checkAnswerOf(text: string, sites: SiteReader): z.infer<typeof SiteCheckAnswer> {
  const { version, site: before } = sites.now;
  const running = { version, overlays: [...sites.overlays] };
  try {
    const site = checkedSite(text, before);
    const diff = siteDiffOf(before, site);
    const warnings = [...tooLargeExtracts(site), ...idleOverlays(site, sites)];
    return { problems: [], warnings, diff, running };
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    return { problems: error.message.split('\n'), warnings: [], diff: null, running };
  }
}

/** What is laid over the site and would have nothing to lie on. */
function idleOverlays(site: Site, { overlays }: SiteReader): string[] {
  return overlays.flatMap((overlay) => {
    const missing = missingIn(site, overlay);
    return missing === undefined
      ? []
      : [`overlay ${overlay.id} is of ${missing}, which this file does not have`];
  });
}

function versionOf(known: KnownVersion, { now }: SiteReader): SiteVersion {
  const { version, author, sha, validFrom, appliedAt } = known;
  return {
    version,
    validFrom: isoOf(validFrom),
    appliedAt: isoOf(appliedAt),
    author,
    sha,
    running: now.version === version,
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new RejectedError('invalid_request', 'The body is not JSON.', { cause: error });
  }
}
