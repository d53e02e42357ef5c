import * as z from 'zod';
import {
  BackdropAnswer,
  BaysQuery,
  FeatureCollectionAnswer,
  FlowsAnswer,
  LotOneAnswer,
  LotsAnswer,
  MarketsAnswer,
  SiteAnswer,
} from '#contract/http.ts';
import type { LotAnswer } from '#contract/http.ts';
import { LotId } from '#contract/ids.ts';
import type { Lot } from '#contract/site.ts';
import { isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { backdropAnswerOf } from './backdrop-answer.ts';
import type { ApiContext } from './context.ts';
import { lastingBodyOf } from './fixed-body.ts';
import type { FixedBody } from './fixed-body.ts';
import { baysAnswerOf, lotsCollectionOf, mapAnswerOf } from './geojson.ts';
import { PUBLIC_FIXED, PUBLIC_SECONDS, routeWithQuery } from './route.ts';
import type { Answer, Route } from './route.ts';
import { flowAnswersOf, lotAnswerOf, marketAnswerOf, siteAnswerOf } from './site-answer.ts';
import type { SiteIndex } from './site-index.ts';

export const JSON_MEDIA = 'application/json';
export const GEOJSON_MEDIA = 'application/geo+json';

/** The site, its markets and its lots with what is known of them now. */
export function siteRoutes(context: ApiContext): Route[] {
  const { liveState, clock } = context;
  const geojson = {
    [GEOJSON_MEDIA]: FeatureCollectionAnswer,
    [JSON_MEDIA]: FeatureCollectionAnswer,
  };
  const fixed = { method: 'get', access: 'public', cacheControl: PUBLIC_FIXED } as const;
  const live = { method: 'get', access: 'public', cacheControl: PUBLIC_SECONDS } as const;

  const bays = new WeakMap<SiteIndex, Map<LotId | undefined, FixedBody>>();
  const baysBodyOf = (lot: LotId | undefined): FixedBody => {
    const { index } = context;
    if (lot !== undefined) lotOf(index, lot);
    const made = bays.get(index) ?? new Map<LotId | undefined, FixedBody>();
    bays.set(index, made);
    const body = made.get(lot) ?? lastingBodyOf(JSON.stringify(baysAnswerOf(index, lot)));
    made.set(lot, body);
    return body;
  };
  const lotAnswer = (lot: Lot, now: number): LotAnswer =>
    lotAnswerOf(context.index, lot, liveState.lot(lot.properties.id), now);

  return [
    {
      ...fixed,
      path: '/api/v1/site',
      about: 'The deployment: names, languages, time zone, and the revision of its site file.',
      media: { [JSON_MEDIA]: SiteAnswer },
      problems: [],
      answer: onceASite(context, (index) => siteAnswerOf(index, clock.wallMs())),
    },
    {
      ...fixed,
      path: '/api/v1/markets',
      about: 'The markets and shopping streets that people drive to.',
      media: { [JSON_MEDIA]: MarketsAnswer },
      problems: [],
      answer: onceASite(context, ({ site }) => ({
        simulated: site.simulated,
        markets: site.markets.map(marketAnswerOf),
      })),
    },
    {
      ...live,
      path: '/api/v1/lots',
      about: 'Every lot: place, hours, tariff, and how many bays are known to be vacant now.',
      media: { [JSON_MEDIA]: LotsAnswer, [GEOJSON_MEDIA]: FeatureCollectionAnswer },
      problems: [],
      answer: ({ media }) => {
        const { index } = context;
        const { simulated } = index.site;
        const now = clock.wallMs();
        const lots = index.site.lots.map((lot) => lotAnswer(lot, now));
        return media === GEOJSON_MEDIA
          ? { kind: 'value', value: lotsCollectionOf(index, lots) }
          : { kind: 'value', value: { simulated, at: isoOf(now), lots } };
      },
    },
    {
      ...live,
      path: '/api/v1/lots/{lot}',
      about: 'One lot.',
      params: z.object({ lot: LotId }),
      media: { [JSON_MEDIA]: LotOneAnswer },
      problems: ['unknown_lot'],
      answer: ({ params }) => {
        const now = clock.wallMs();
        const { index } = context;
        const { simulated } = index.site;
        const lot = lotAnswer(lotOf(index, params['lot']), now);
        return { kind: 'value', value: { simulated, at: isoOf(now), lot } };
      },
    },
    {
      ...live,
      path: '/api/v1/flows',
      about:
        'How many cars came to and left each lot in the last half hour, as far as it was seen.',
      media: { [JSON_MEDIA]: FlowsAnswer },
      problems: [],
      cacheControl: 'public, max-age=20',
      answer: () => {
        const { index } = context;
        const value = {
          simulated: index.site.simulated,
          at: isoOf(clock.wallMs()),
          flows: flowAnswersOf(index, context.flows),
        };
        return { kind: 'value', value };
      },
    },
    {
      ...fixed,
      path: '/api/v1/map',
      about: 'Markets, lots, entrances, signs and the backdrop as GeoJSON (RFC 7946).',
      media: geojson,
      problems: [],
      answer: onceASite(context, mapAnswerOf),
    },
    {
      ...fixed,
      path: '/api/v1/backdrop',
      about: 'The backdrop of the map in few bytes, for pages that draw it.',
      media: { [JSON_MEDIA]: BackdropAnswer },
      problems: [],
      answer: onceASite(context, backdropAnswerOf),
    },
    routeWithQuery({
      ...fixed,
      path: '/api/v1/bays',
      about: 'Where the bays of one lot, or of all, are; their states travel live.',
      query: BaysQuery,
      media: geojson,
      problems: ['invalid_request', 'unknown_lot'],
      answer: ({ query }) => ({ kind: 'fixed', body: baysBodyOf(query.lot) }),
    }),
  ];
}

export function lotOf(index: SiteIndex, id: string | undefined): Lot {
  const lot = index.lots.get(id as LotId);
  if (!lot) throw new RejectedError('unknown_lot', `This site has no lot "${id ?? ''}".`);
  return lot;
}

/** Made at the first request of each site, then the same until another one holds. */
function onceASite(context: ApiContext, make: (index: SiteIndex) => unknown): () => Answer {
  const bodies = new WeakMap<SiteIndex, FixedBody>();
  return () => {
    const { index } = context;
    const body = bodies.get(index) ?? lastingBodyOf(JSON.stringify(make(index)));
    bodies.set(index, body);
    return { kind: 'fixed', body };
  };
}

/** Made at the first request, then the same for ever. */
export function once(make: () => unknown): () => Answer {
  let body: FixedBody | undefined;
  return () => {
    body ??= lastingBodyOf(JSON.stringify(make()));
    return { kind: 'fixed', body };
  };
}
