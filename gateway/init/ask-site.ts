import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SITE_FILE } from '#runtime/site-folder.ts';
import type { Asker } from './asker.ts';
import { idFrom } from './draft-site.ts';
import type { SiteWish } from './draft-site.ts';
import { positionFrom } from './position.ts';
import type { InitLanguage, InitTexts } from './texts.ts';

/** What was said on the command line; the rest is asked, or taken by default. */
export interface SiteFlags {
  readonly name?: string;
  readonly place?: string;
  readonly timeZone?: string;
  readonly bays?: string;
  readonly position?: string;
  readonly folder?: string;
}

const MOST_BAYS = 500;
const FALLBACK_ID = 'my-street';

/** The site without its sensors. Throws ConfigError for a flag that will not do. */
export async function askSite(
  asker: Asker,
  texts: InitTexts,
  language: InitLanguage,
  flags: SiteFlags,
): Promise<SiteWish> {
  const anything = () => undefined;
  const named = (given: string) => (given.trim() === '' ? texts.name : undefined);
  const name = await asker.text(flags.name, 'name', {
    message: texts.name,
    fallback: texts.nameDefault,
    check: named,
  });
  const place = await asker.text(flags.place, 'place', {
    message: texts.place,
    fallback: '',
    check: anything,
  });
  const timeZone = await asker.text(flags.timeZone, 'time-zone', {
    message: texts.timeZone,
    fallback: Intl.DateTimeFormat().resolvedOptions().timeZone,
    check: (given) => (isTimeZone(given) ? undefined : texts.timeZoneExpected),
  });
  const bays = await asker.text(flags.bays, 'bays', {
    message: texts.bays,
    fallback: '1',
    check: (given) => (isWhole(given, 1, MOST_BAYS) ? undefined : texts.baysExpected),
  });
  const position = await asker.text(flags.position, 'position', {
    message: texts.position,
    fallback: '',
    check: (given) => (given === '' || positionFrom(given) ? undefined : texts.positionExpected),
  });
  if (position === '') asker.warn(texts.positionUnknown);
  return {
    id: idFrom(name) ?? FALLBACK_ID,
    name: name.trim(),
    place: place.trim(),
    timeZone,
    language,
    bays: Number(bays),
    position: positionFrom(position),
  };
}

/** Where the site is written: a folder without a site. */
export async function askFolder(
  asker: Asker,
  texts: InitTexts,
  { id, flag }: { readonly id: string; readonly flag: string | undefined },
): Promise<string> {
  return asker.text(flag, 'folder', {
    message: texts.folder,
    fallback: freeFolder(id),
    check: (given) => (hasSite(given) ? texts.folderTaken(given) : undefined),
  });
}

const hasSite = (folder: string): boolean => existsSync(join(folder, SITE_FILE));

function freeFolder(id: string): string {
  if (!hasSite(id)) return id;
  let number = 2;
  while (hasSite(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}

export function isWhole(given: string, least: number, most: number): boolean {
  return /^\d{1,6}$/.test(given) && Number(given) >= least && Number(given) <= most;
}

function isTimeZone(given: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
