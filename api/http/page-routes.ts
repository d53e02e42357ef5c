import * as z from 'zod';
import { MarketId } from '#contract/ids.ts';
import type { PageInput } from '#contract/page.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { ApiContext } from './context.ts';
import { routeWithQuery } from './route.ts';
import type { Answer, Asked, Route } from './route.ts';
import { driverPolicyOf } from './security.ts';
import { flowAnswersOf, lotAnswerOf, marketAnswerOf, siteAnswerOf } from './site-answer.ts';

/** Whatever else a link to a page carries is not ours to refuse. */
const PageQuery = z.object({
  lang: z.string().optional(),
  in: z.string().optional(),
  far: z.string().optional(),
});

/** Arrivals that a link may ask for, in minutes; the first where it asks for another. */
const ARRIVALS = [10, 0, 30] as const;

/** The driver's page, written by the server before any script runs. */
export function pageRoutes(context: ApiContext): Route[] {
  const { liveState, page, clock } = context;

  async function answer(
    { query, languagesAmong }: Asked<z.infer<typeof PageQuery>>,
    market: MarketId | undefined,
    form: PageInput['form'] = 'page',
  ): Promise<Answer> {
    const { index } = context;
    const arriveInMinutes = ARRIVALS.find((each) => String(each) === query.in) ?? ARRIVALS[0];
    const far = query.far === '1';
    const { language, styleSource, body } = await page.render({
      revision: index.revision,
      variant: `${form} ${market ?? ''} ${arriveInMinutes} ${far}`,
      languageAmong: (languages) => languageOf(languages, query.lang, languagesAmong(languages)),
      input: (language) => {
        const at = clock.wallMs();
        const lots = index.site.lots.map((lot) =>
          lotAnswerOf(index, lot, liveState.lot(lot.properties.id), at),
        );
        const markets = index.site.markets.map(marketAnswerOf);
        return {
          language,
          site: siteAnswerOf(index, at),
          markets,
          lots,
          market,
          form,
          publicUrl: context.publicUrl?.replace(/\/$/, ''),
          arriveInMinutes,
          far,
          flows: flowAnswersOf(index, context.flows),
          at,
        };
      },
    });
    return {
      kind: 'fixed',
      body,
      headers: {
        'Content-Language': language,
        Vary: 'Accept-Language',
        ...(form === 'page' && {
          'Content-Security-Policy': driverPolicyOf(index.site, styleSource),
        }),
      },
    };
  }

  const shared = {
    method: 'get',
    access: 'page',
    cost: 3,
    query: PageQuery,
    media: { 'text/html': z.string() },
    cacheControl: 'no-cache',
  } as const;
  const ofMarket = {
    params: z.object({ market: MarketId }),
    problems: ['not_found', 'not_ready'],
  } as const;
  const marketOf = ({ params }: Pick<Asked<unknown>, 'params'>): MarketId => {
    const market = context.index.markets.get(params['market'] as MarketId);
    if (market) return market.properties.id;
    throw new RejectedError('not_found', `No market "${params['market'] ?? ''}" here.`);
  };
  return [
    routeWithQuery({
      ...shared,
      path: '/',
      about: "The driver's page, sorted by the site's first market.",
      problems: ['not_ready'],
      answer: async (asked) => answer(asked, undefined),
    }),
    routeWithQuery({
      ...shared,
      path: '/m/{market}',
      about: "The driver's page, sorted by one market.",
      ...ofMarket,
      answer: async (asked) => answer(asked, marketOf(asked)),
    }),
    routeWithQuery({
      ...shared,
      ...ofMarket,
      path: '/m/{market}/wall',
      about: "A market's lots for a shop's tablet or television.",
      answer: async (asked) => answer(asked, marketOf(asked), 'wall'),
    }),
    routeWithQuery({
      ...shared,
      ...ofMarket,
      path: '/embed/{market}',
      about: "A market's lots for a frame on a shop's own page.",
      answer: async (asked) => answer(asked, marketOf(asked), 'embed'),
    }),
  ];
}

/**
 * A language that was chosen by link, else the browser's best; English for those whose languages
 * the page does not have; the page's own fallback where there is not even English.
 */
export function languageOf(
  languages: readonly string[],
  chosen: string | undefined,
  accepted: readonly string[],
): string {
  if (chosen !== undefined && languages.includes(chosen)) return chosen;
  const [best] = accepted;
  if (best !== undefined) return best;
  return languages.includes('en') ? 'en' : (languages[0] ?? 'en');
}
