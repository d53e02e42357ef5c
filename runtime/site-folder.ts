import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemLines, readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { ConfigError, messageOf } from './errors.ts';

/** The file that makes a folder a site. */
export const SITE_FILE = 'site.geojson';

/** Some editors begin a text with it; it is no part of JSON (RFC 8259, 8.1). */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** The checked site of a folder; throws ConfigError that names each feature and field at fault. */
export function readSiteFolder(folder: string): Site {
  const path = join(folder, SITE_FILE);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8').replace(BYTE_ORDER_MARK, ''));
  } catch (error) {
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  }
  const read = readSite(json);
  if (!read.ok)
    throw new ConfigError(problemLines(read.problems).map((line) => `${path}: ${line}`));
  return read.site;
}
