import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { MarketId } from '#contract/ids.ts';
import { RejectedError } from '#runtime/errors.ts';
import { PAGE_LANGUAGES } from '../pages/texts.ts';
import type { ApiContext } from './context.ts';
import { languageOf } from './page-routes.ts';
import { PUBLIC_FIXED, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';

/** In a site's folder, beside its file. */
const FOLDER = 'pictures';
/** PNG of 1,200 × 630: the size that messengers ask for. */
const ENDING = 'png';

const Query = z.object({ lang: z.string().optional() });

/**
 * The picture that a messenger shows beside a link to a market: the site folder's own,
 * `pictures/MARKET-LANGUAGE.png`, else the page's for the language.
 */
export function linkPictureRoutes(context: ApiContext): Route[] {
  const { siteFolder, page } = context;
  return [
    routeWithQuery({
      method: 'get',
      path: '/m/{market}/link.png',
      about: "The picture beside a link to the market's page.",
      access: 'page',
      params: z.object({ market: MarketId }),
      query: Query,
      media: { 'image/png': z.string().describe('bytes') },
      problems: ['not_found', 'range_not_satisfiable'],
      cacheControl: PUBLIC_FIXED,
      answer: ({ params, query, languagesAmong }) => {
        const id = params['market'] ?? '';
        // A name that the site knows: nothing else becomes a part of a path.
        const market = context.index.markets.get(id as MarketId);
        if (!market) throw new RejectedError('not_found', `No market "${id}" here.`);
        const among = languagesAmong(PAGE_LANGUAGES);
        const language = languageOf(PAGE_LANGUAGES, query.lang, among);
        const own = join(siteFolder, FOLDER, `${market.properties.id}-${language}.${ENDING}`);
        const ours = join(page.assetFolder, `og-${language === 'ko' ? 'ko' : 'en'}.${ENDING}`);
        return { kind: 'file', path: resolve(existsSync(own) ? own : ours) };
      },
    }),
  ];
}
