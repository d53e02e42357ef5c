import { join, resolve } from 'node:path';
import * as z from 'zod';
import type { Site } from '#contract/site-check.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { ApiContext } from './context.ts';
import { PUBLIC_FIXED } from './route.ts';
import type { Route } from './route.ts';

const TILES_PATH = '/tiles';
/** As https://github.com/protomaps/PMTiles, spec/v3, recommends. */
const PMTILES_MEDIA = 'application/vnd.pmtiles';

/** Where a browser gets tiles: a plain file name of the site file is served from the site's folder. */
export function tileUrlOf(url: string): string {
  return isFileName(url) ? `${TILES_PATH}/${url}` : url;
}

/** The one tile file that the site file names, by its absolute path; undefined: it names none. */
export function tileFileOf(site: Site, siteFolder: string): string | undefined {
  const name = site.header.tiles?.url;
  return name !== undefined && isFileName(name) ? resolve(join(siteFolder, name)) : undefined;
}

/** The site's tile file, read in ranges. No other file of the folder can be had. */
export function tileRoutes(context: ApiContext): Route[] {
  return [
    {
      method: 'get',
      path: `${TILES_PATH}/{file}`,
      about: "The map's tiles, where the site brings them as a file; answers to Range.",
      access: 'page',
      params: z.object({ file: z.string() }),
      media: { [PMTILES_MEDIA]: z.string().describe('bytes') },
      problems: ['not_found', 'range_not_satisfiable'],
      cacheControl: PUBLIC_FIXED,
      answer: ({ params }) => {
        const { index, tileFile } = context;
        if (tileFile === undefined || params['file'] !== index.site.header.tiles?.url) {
          throw new RejectedError('not_found', `This site has no tiles "${params['file'] ?? ''}".`);
        }
        return { kind: 'file', path: tileFile };
      },
    },
  ];
}

function isFileName(url: string): boolean {
  return !url.includes('/');
}
