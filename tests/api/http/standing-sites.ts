import type { Site } from '#contract/site-check.ts';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import { placementsOf } from '#api/site/placements.ts';
import type { SiteReader, SiteWriter } from '#api/site/running-site.ts';
import { revisionOf } from '#api/site/site-revision.ts';

/** A site that never changes, for tests of what is said about it. */
export function standingSites(site: Site): SiteReader & SiteWriter {
  const refuse = () => {
    throw new Error('this site stands still');
  };
  const [version, validFrom] = [1, 0];
  const effective = effectiveSiteOf(site, [], 0);
  const revision = revisionOf(effective);
  return {
    now: { version, validFrom, revision, ...effective },
    versions: [{ version, validFrom, appliedAt: 0, author: 'a test', sha: '', site }],
    overlays: [],
    placements: placementsOf([{ validFrom, site }]),
    siteAt: () => site,
    apply: refuse,
    rollBack: refuse,
    lay: refuse,
    endOverlay: refuse,
  };
}
