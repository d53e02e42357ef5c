import { join } from 'node:path';
import { problemLines, readSite } from '#contract/site-check.ts';
import { messageOf } from '#runtime/errors.ts';
import { parseSiteText, readSiteText, SITE_FILE } from '#runtime/site-folder.ts';
import { fine, problem } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';

/** Named one by one up to here: a mistyped lot is blamed by each of its bays. */
const NAMED_MOST = 8;

export const siteFile: Check = {
  name: 'site-file',
  run: ({ siteFolder }) => {
    const path = join(siteFolder, SITE_FILE);
    try {
      return judgeSiteText(path, readSiteText(siteFolder));
    } catch (error) {
      const mend = 'Name the folder that holds site.geojson with --site-folder.';
      return [problem(messageOf(error).replace(/\s+/g, ' '), 'certain', mend)];
    }
  },
};

export function judgeSiteText(path: string, text: string): readonly Finding[] {
  const lines: string[] = [];
  const json = parseSiteText(text, lines);
  const read = lines.length === 0 ? readSite(json) : undefined;
  if (read?.ok) {
    const { header, lots, bays } = read.site;
    return [fine(`${path}: site "${header.site}", ${lots.length} lots, ${bays.length} bays`)];
  }
  if (read) lines.push(...problemLines(read.problems));
  const rest = lines.length - NAMED_MOST;
  const mend = 'Mend the file at the named place; "npm run admin -- site check" says the rest.';
  return lines
    .slice(0, NAMED_MOST)
    .map((line, at) =>
      problem(
        `${path}: ${line}${at === NAMED_MOST - 1 && rest > 0 ? ` (and ${rest} more)` : ''}`,
        'certain',
        mend,
      ),
    );
}
