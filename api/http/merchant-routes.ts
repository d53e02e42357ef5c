import * as z from 'zod';
import { MarketId } from '#contract/ids.ts';
import type { Market } from '#contract/site.ts';
import { RejectedError } from '#runtime/errors.ts';
import { posterOf } from '../pages/poster.ts';
import { qrSvgOf } from '../pages/qr.ts';
import { PAGE_LANGUAGES } from '../pages/texts.ts';
import type { PageLanguage } from '../pages/texts.ts';
import type { ApiContext } from './context.ts';
import { languageOf } from './page-routes.ts';
import { NEVER_STORED, routeWithQuery } from './route.ts';
import type { Asked, Route } from './route.ts';

const LanguageQuery = z.object({ lang: z.string().optional() });
type LanguageQuery = z.infer<typeof LanguageQuery>;

/** What a shop prints: a market's QR code, and a poster around it. */
export function merchantRoutes(context: ApiContext): Route[] {
  const { publicUrl } = context;

  const marketOf = (asked: Asked<LanguageQuery>): Market => {
    const id = asked.params['market'] ?? '';
    const market = context.index.markets.get(id as MarketId);
    if (!market) throw new RejectedError('not_found', `No market "${id}" here.`);
    return market;
  };
  /** As people reach it: by the public address, else as this very request did. */
  const addressOf = (asked: Asked<LanguageQuery>, { properties: { id } }: Market): string => {
    const base = publicUrl ?? asked.visit.origins[0] ?? '';
    return `${base.replace(/\/$/, '')}/m/${id}`;
  };
  const languageIn = ({ query, languagesAmong }: Asked<LanguageQuery>): PageLanguage =>
    languageOf(PAGE_LANGUAGES, query.lang, languagesAmong(PAGE_LANGUAGES)) === 'ko' ? 'ko' : 'en';

  const shared = {
    method: 'get',
    access: 'page',
    params: z.object({ market: MarketId }),
    query: LanguageQuery,
    problems: ['not_found'],
    cacheControl: NEVER_STORED,
  } as const;
  return [
    routeWithQuery({
      ...shared,
      path: '/m/{market}/qr.svg',
      about: "A QR code of the market's page.",
      media: { 'image/svg+xml': z.string() },
      answer: (asked) => ({ kind: 'text', text: qrSvgOf(addressOf(asked, marketOf(asked))) }),
    }),
    routeWithQuery({
      ...shared,
      path: '/m/{market}/poster',
      about: "A poster with the market's QR code, to be printed on A4.",
      media: { 'text/html': z.string() },
      answer: (asked) => {
        const market = marketOf(asked);
        const language = languageIn(asked);
        const { id, name } = market.properties;
        const [first = 'ko'] = context.index.site.header.languages;
        const nameIn = (each: string) => name[each] ?? name[first] ?? Object.values(name)[0] ?? id;
        const text = posterOf({
          language,
          names: { ko: nameIn('ko'), en: nameIn('en') },
          address: addressOf(asked, market),
          qrPath: `/m/${id}/qr.svg`,
          simulated: context.index.site.simulated,
        });
        return { kind: 'text', text, headers: { 'Content-Language': language } };
      },
    }),
  ];
}
