import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemLines, readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { ConfigError, messageOf } from './errors.ts';

/** The file that makes a folder a site. */
export const SITE_FILE = 'site.geojson';

/** Some editors begin a text with it; it is no part of JSON (RFC 8259, 8.1). */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** A site file's text and the checked site that it says. */
export interface SiteFile {
  readonly text: string;
  readonly site: Site;
}

/** The checked site of a folder; throws ConfigError that names each feature and field at fault. */
export function readSiteFolder(folder: string): Site {
  return siteInFolder(readSiteText(folder), folder);
}

/** What the text of a folder's site file says; throws ConfigError as `readSiteFolder` does. */
export function siteInFolder(text: string, folder: string): Site {
  return siteOf(text, join(folder, SITE_FILE));
}

/** The text of a folder's site file, unchecked; throws ConfigError where it cannot be read. */
export function readSiteText(folder: string): string {
  return readSiteBytes(folder).toString('utf8');
}

/** The same as the file has it, UTF-8. */
export function readSiteBytes(folder: string): Buffer {
  const path = join(folder, SITE_FILE);
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  }
}

/** What a site file says, unchecked; what is wrong with its JSON goes to `problems`. */
export function parseSiteText(text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text.replace(BYTE_ORDER_MARK, ''));
  } catch (error) {
    problems.push(messageOf(error));
    return undefined;
  }
}

function siteOf(text: string, path: string): Site {
  const problems: string[] = [];
  const json = parseSiteText(text, problems);
  const read = problems.length === 0 ? readSite(json) : undefined;
  if (read?.ok) return read.site;
  if (read) problems.push(...problemLines(read.problems));
  throw new ConfigError(problems.map((line) => `${path}: ${line}`));
}
