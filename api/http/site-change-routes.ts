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
import type { LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import { missingIn, SiteOverlay } from '#contract/site-overlay.ts';
import { isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { checkedSite } from '../site/running-site.ts';
import type { KnownVersion, SiteReader } from '../site/running-site.ts';
import { tooLargeExtracts } from '../site/gateway-sites.ts';
import type { Deed } from '../operations/audit.ts';
import { coversLot } from '../operations/caller.ts';
import type { ApiContext } from './context.ts';
import { authorOf, callerOf, NEVER_STORED, routeWithBody, routeWithQuery } from './route.ts';
import type { Asked, Route } from './route.ts';
import { GEOJSON_MEDIA, JSON_MEDIA } from './site-routes.ts';

/** A site of 100,000 bays with their polygons fits. */
const MOST_SITE_BYTES = 64 * 1024 * 1024;

/** How operators change the site that runs: a new file, an old one again, something for a while. */
export function siteChangeRoutes(context: ApiContext): Route[] {
  const { sites, clock, operations } = context;
  const operator = { access: 'operator', cacheControl: NEVER_STORED } as const;
  const admin = { ...operator, access: 'admin' } as const;
  const within = { ...operator, lots: 'filtered' } as const;
  const lotOfOverlay = ({ change }: Pick<SiteOverlay, 'change'>): LotId | null =>
    'lot' in change ? change.lot : (context.index.bays.get(change.bay)?.properties.lot ?? null);
  const ownOverlays = (asked: Pick<Asked<unknown>, 'caller'>): SiteOverlay[] => {
    const { scope } = callerOf(asked);
    return sites.overlays.filter((overlay) => coversLot(scope, lotOfOverlay(overlay)));
  };
  const record = (asked: Pick<Asked<unknown>, 'caller'>, deed: Deed): void =>
    operations.audit.append(callerOf(asked), deed);
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
      problems: ['not_authorised', 'forbidden', 'body_too_large'],
      answer: ({ body }) => ({ kind: 'value', value: checkAnswerOf(body.toString(), sites) }),
    },
    routeWithQuery({
      ...admin,
      method: 'post',
      path: '/api/v1/operator/site/apply',
      about: 'Runs a site file from now on, or from an instant on; the one before is kept.',
      query: ApplyQuery,
      body: file,
      media: json(SiteAppliedAnswer),
      problems: [
        'invalid_request',
        'not_authorised',
        'forbidden',
        'body_too_large',
        'invalid_site',
      ],
      answer: (asked) => {
        const { validFrom } = asked.query;
        const author = authorOf(asked, asked.query.author);
        const { site: before, version: versionBefore } = sites.now;
        const from = validFrom === undefined ? {} : { validFrom: Date.parse(validFrom) };
        const applied = sites.apply(asked.body.toString(), { author, ...from });
        const diff = siteDiffOf(before, applied.site);
        record(asked, {
          action: 'site.apply',
          subject: `version ${applied.version}`,
          before: { version: versionBefore },
          after: { version: applied.version, sha: applied.sha },
        });
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
      ...admin,
      method: 'post',
      path: '/api/v1/operator/site/rollback',
      about: 'An earlier version holds again from now on, as a new version.',
      query: RollbackQuery,
      media: json(SiteAppliedAnswer),
      problems: ['invalid_request', 'not_authorised', 'unknown_version'],
      answer: (asked) => {
        const { version } = asked.query;
        const { site: before, version: versionBefore } = sites.now;
        const applied = sites.rollBack(Number(version), authorOf(asked, asked.query.author));
        const diff = siteDiffOf(before, applied.site);
        record(asked, {
          action: 'site.rollback',
          subject: `version ${version}`,
          before: { version: versionBefore },
          after: { version: applied.version, sha: applied.sha },
        });
        return { kind: 'value', value: { version: versionOf(applied, sites), diff } };
      },
    }),
    {
      ...within,
      access: 'viewer',
      method: 'get',
      path: '/api/v1/operator/site/overlays',
      about: 'What is laid over the site file now, or will be.',
      media: json(OverlaysAnswer),
      problems: ['not_authorised'],
      answer: (asked) => ({ kind: 'value', value: { overlays: ownOverlays(asked) } }),
    },
    routeWithBody({
      ...within,
      method: 'post',
      path: '/api/v1/operator/site/overlays',
      primaryOnly: true,
      about:
        'For a while: a bay or lot out of service, a bay taken for what somebody saw, a lot by other hours, tariff or notice.',
      body: NewOverlayBody,
      media: json(SiteOverlay),
      problems: ['invalid_request', 'not_authorised', 'forbidden', 'body_too_large'],
      answer: (asked) => {
        const { from, until = null, ...said } = asked.body;
        if (!coversLot(callerOf(asked).scope, lotOfOverlay(said))) {
          throw new RejectedError('forbidden', 'This is not of your lots.');
        }
        const author = authorOf(asked, said.author);
        const laid = sites.lay({ ...said, author, from: from ?? isoOf(clock.wallMs()), until });
        record(asked, { action: 'overlay.add', subject: laid.id, after: laid });
        return { kind: 'value', value: laid };
      },
    }),
    routeWithQuery({
      ...within,
      method: 'post',
      path: '/api/v1/operator/site/overlays/{overlay}/end',
      primaryOnly: true,
      about: 'Ends an overlay now; of one that has not begun nothing is left.',
      params: z.object({ overlay: SiteOverlay.shape.id }),
      query: AuthorQuery,
      media: json(OverlaysAnswer),
      problems: ['invalid_request', 'not_authorised', 'unknown_overlay'],
      answer: (asked) => {
        const id = asked.params['overlay'] ?? '';
        const before = ownOverlays(asked).find((overlay) => overlay.id === id);
        if (!before) throw new RejectedError('unknown_overlay', `There is no overlay "${id}".`);
        sites.endOverlay(id, authorOf(asked, asked.query.author));
        record(asked, { action: 'overlay.end', subject: id, before });
        return { kind: 'value', value: { overlays: ownOverlays(asked) } };
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
