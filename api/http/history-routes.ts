import * as z from 'zod';
import { HistoryQuery, LotHistoryAnswer } from '#contract/http.ts';
import { LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { shownBaysOf } from './sensed-bays-of.ts';
import type { ApiContext } from './context.ts';
import { lotHistoryText } from './history-answer.ts';
import { parseRequest, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { Turnstile } from './turnstile.ts';
import { JSON_MEDIA, lotOf } from './site-routes.ts';

const MOST_DAYS = 366;

/** A year of one lot takes some tens of milliseconds: one at a time leaves others theirs. */
const AT_ONCE = 1;
const MOST_WAITING = 64;

/**
 * What a lot's hours were like. The public sees lots by the hour, never single stays, and nothing
 * of private bays.
 */
export function historyRoutes(context: ApiContext): Route[] {
  const { history, sites, clock } = context;
  const turns = new Turnstile(AT_ONCE, MOST_WAITING);
  return [
    routeWithQuery({
      method: 'get',
      path: '/api/v1/lots/{lot}/history',
      about: `A lot hour by hour, [from, to) of whole hours, at most ${MOST_DAYS} days; null where nobody watched.`,
      access: 'public',
      params: z.object({ lot: LotId }),
      query: HistoryQuery,
      media: { [JSON_MEDIA]: LotHistoryAnswer },
      problems: ['invalid_request', 'unknown_lot', 'range_too_wide', 'view_not_ready', 'too_busy'],
      cacheControl: 'public, max-age=30',
      cost: 10,
      answer: async ({ params, query }) => {
        const { index } = context;
        const lot = lotOf(index, params['lot']).properties.id;
        const window = hoursOf(query);
        const { simulated } = index.site;
        const sensedBaysAt = (at: number) => shownBaysOf(sites.siteAt(at)).get(lot) ?? 0;
        return turns.pass(async () => {
          const hours = await history.lotHours(lot, window);
          const now = clock.wallMs();
          const asked = { lot, window, hours, now, simulated, sensedBaysAt };
          return { kind: 'text', text: await lotHistoryText(asked) };
        });
      },
    }),
  ];
}

const wholeHour = z
  .number()
  .refine((at) => at % HOUR_MS === 0, 'expected a whole hour, e.g. "2026-11-22T09:00:00+09:00"');
const WholeHours = z
  .object({ from: wholeHour, to: wholeHour })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'expected later than from' });

function hoursOf(query: HistoryQuery): TimeWindow {
  const window = { from: Date.parse(query.from), to: Date.parse(query.to) };
  parseRequest(WholeHours, window);
  if (window.to - window.from > MOST_DAYS * 24 * HOUR_MS) {
    throw new RejectedError('range_too_wide', `One answer has at most ${MOST_DAYS} days.`);
  }
  return window;
}
