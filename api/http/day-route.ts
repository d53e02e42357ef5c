import * as z from 'zod';
import { DayQuery, LotDayAnswer } from '#contract/history.ts';
import type { BayDay } from '#contract/history.ts';
import type { BayId } from '#contract/ids.ts';
import { LotId } from '#contract/ids.ts';
import type { Bay } from '#contract/site.ts';
import type { Stay } from '#contract/stay.ts';
import { RejectedError } from '#runtime/errors.ts';
import { knownWithin, membersOf } from '../history/answers/members.ts';
import { refuseExpired } from '../history/answers/statistics.ts';
import { localDay, WallClock } from '../history/answers/wall-clock.ts';
import { clippedSpans } from '../history/spans.ts';
import type { Span } from '../history/spans.ts';
import type { ApiContext } from './context.ts';
import { rowKnownOf, rowStayOf } from './past-answers.ts';
import { refuseForeignLot } from './past-scope.ts';
import { callerOf, NEVER_STORED, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

/** A lot's day, bay by bay: long stays and lying sensors are seen at once. */
export function dayRoute(context: ApiContext): Route {
  const { history, sites, clock } = context;
  return routeWithQuery({
    method: 'get',
    access: 'operator',
    lots: 'filtered',
    cost: 10,
    cacheControl: NEVER_STORED,
    recordedAs: 'stays.read',
    path: '/api/v1/operator/lots/{lot}/day',
    about: 'Each bay of a lot on one day: its stays, and when it was known to be what.',
    params: z.object({ lot: LotId }),
    query: DayQuery,
    media: { [JSON_MEDIA]: LotDayAnswer },
    problems: [
      'invalid_request',
      'not_authorised',
      'forbidden',
      'unknown_lot',
      'events_expired',
      'view_not_ready',
    ],
    answer: async (asked) => {
      const { index } = context;
      const lot = asked.params['lot'] as LotId;
      refuseForeignLot(context, callerOf(asked), lot);
      const { day } = asked.query;
      const { timeZone } = index.site.header;
      const window = localDay(day, timeZone);
      refuseExpired(window.from, context.eventLog.sealedUntil);
      const wallClock = new WallClock(timeZone);
      const members = membersOf(sites.versions, (bay) => bay.properties.lot === lot, window);
      const stays = new Map<BayId, Stay[]>();
      for await (const stay of history.stays(window, lotsOf(context, members.keys()))) {
        if (members.has(stay.bay)) stays.set(stay.bay, [...(stays.get(stay.bay) ?? []), stay]);
      }
      const bays: BayDay[] = [];
      for await (const { bay, known } of history.knownTime([...members.keys()], window)) {
        const spans = clippedSpans(members.get(bay) ?? [], window.from, clock.wallMs());
        const shown = knownWithin(known, spans);
        bays.push({
          bay,
          ...paintOf(context, bay, window.from),
          coverage: lengthOf(spans) === 0 ? 0 : lengthOf(shown) / lengthOf(spans),
          stays: (stays.get(bay) ?? []).map((stay) => rowStayOf(stay, wallClock)),
          known: rowKnownOf(shown, wallClock),
        });
      }
      const value = {
        simulated: index.site.simulated,
        lot,
        day,
        from: wallClock.isoOf(window.from),
        to: wallClock.isoOf(window.to),
        timeZone,
        bays,
      } satisfies LotDayAnswer;
      return { kind: 'value', value };
    },
  });
}

function lotsOf({ sites }: Pick<ApiContext, 'sites'>, bays: Iterable<BayId>): LotId[] {
  const lots = [...bays].flatMap((bay) => (sites.placements.get(bay) ?? []).map(({ lot }) => lot));
  return [...new Set(lots)];
}

/** What is painted on a bay: now, or as the site had it then. */
export function paintOf(
  { index, sites }: Pick<ApiContext, 'index' | 'sites'>,
  id: BayId,
  at: number,
): Pick<BayDay, 'label' | 'class' | 'zone'> {
  const isIt = ({ properties }: Bay) => properties.id === id;
  const then = sites.siteAt(at).bays.find(isIt) ?? index.bays.get(id);
  const bay = then ?? sites.versions.flatMap(({ site }) => site.bays.filter(isIt)).at(-1);
  if (!bay) throw new RejectedError('not_found', `The site has no bay "${id}".`);
  const { label, class: bayClass, zone = null } = bay.properties;
  return { label, class: bayClass, zone };
}

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { from, until }) => sum + until - from, 0);
