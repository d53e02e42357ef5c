import * as z from 'zod';
import type { BayState } from '#contract/bay.ts';
import { deadlines } from '#contract/deadlines.ts';
import { countsOf } from '#contract/headline.ts';
import { ShownAnswer, ShownQuery } from '#contract/history.ts';
import type { BayId } from '#contract/ids.ts';
import { LotId } from '#contract/ids.ts';
import type { BayEvent } from '#contract/event.ts';
import { membersOf } from '../history/answers/members.ts';
import { WallClock } from '../history/answers/wall-clock.ts';
import type { LoggedRecord } from '../log/event-log.ts';
import type { LotSaid, Since } from '../shown/shown-store.ts';
import type { ApiContext } from './context.ts';
import { paintOf } from './day-route.ts';
import { refuseForeignLot } from './past-scope.ts';
import { callerOf, NEVER_STORED, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

/** What page and signs said of a lot at an instant, beside what is known of that instant now. */
export function shownRoute(context: ApiContext): Route {
  const { shown, sites } = context;
  return routeWithQuery({
    method: 'get',
    access: 'operator',
    lots: 'filtered',
    cost: 5,
    cacheControl: NEVER_STORED,
    recordedAs: 'shown.read',
    path: '/api/v1/operator/lots/{lot}/shown',
    about:
      'What page and signs said of a lot at an instant, what was known then, and what was learned later.',
    params: z.object({ lot: LotId }),
    query: ShownQuery,
    media: { [JSON_MEDIA]: ShownAnswer },
    problems: ['invalid_request', 'not_authorised', 'forbidden', 'unknown_lot', 'view_not_ready'],
    answer: async (asked) => {
      const lot = asked.params['lot'] as LotId;
      refuseForeignLot(context, callerOf(asked), lot);
      const at = Date.parse(asked.query.at);
      const site = sites.siteAt(at);
      const wallClock = new WallClock(site.header.timeZone);
      const iso = (instant: number) => wallClock.isoOf(instant);
      const said = saidAt(context, lot, at);
      const isKept = at >= context.eventLog.sealedUntil;
      const bays = isKept ? await baysAt(context, lot, at) : [];
      const { counts = [], observedAt = null } = said?.content ?? {};
      const keptSince = shown.keptSince();
      const value = {
        simulated: context.index.site.simulated,
        lot,
        at: iso(at),
        keptSince: keptSince === undefined ? null : iso(keptSince),
        page: said
          ? {
              ...said.content,
              since: iso(said.since),
              observedAt: observedAt === null ? null : iso(observedAt),
            }
          : null,
        signs: signsAt(context, lot, at).map((sign) => ({ ...sign, since: iso(sign.since) })),
        known: said ? countsOf(counts) : null,
        history: isKept ? statesOf(bays) : null,
        bays: bays.map(({ sensedAt, learnedAt, ...bay }) => ({
          ...bay,
          sensedAt: sensedAt === null ? null : iso(sensedAt),
          learnedAt: learnedAt === null ? null : iso(learnedAt),
        })),
      } satisfies ShownAnswer;
      return { kind: 'value', value };
    },
  });
}

/** When the api fell silent, as seen by who asks of an instant; undefined: it ran then. */
function silentSince({ shown }: ApiContext, at: number): number | undefined {
  const run = shown.runAt(at);
  return run && at > run.aliveAt + deadlines.pageDelayedMs ? run.aliveAt : undefined;
}

const NOTHING_SAID = {
  vacant: null,
  band: null,
  freshness: 'none',
  counts: [],
  observedAt: null,
  cause: 'apiStopped',
} as const satisfies LotSaid;

/** Without an api nothing is said: a page that hears nothing shows no number. */
function saidAt(context: ApiContext, lot: LotId, at: number): Since<LotSaid> | undefined {
  const since = silentSince(context, at);
  if (since !== undefined) return { since, content: NOTHING_SAID };
  return context.shown.lotAt(lot, at);
}

function signsAt(context: ApiContext, lot: LotId, at: number) {
  const since = silentSince(context, at);
  return context.sites.siteAt(at).signs.flatMap(({ properties: { id: sign, rows } }) => {
    if (!rows.some((row) => row.lot === lot)) return [];
    if (since !== undefined) {
      return [{ sign, since, show: { kind: 'parking' as const }, cause: 'apiStopped' as const }];
    }
    const told = context.shown.signAt(sign, at);
    const row = told?.content.rows.find((each) => each.lot === lot);
    return told && row ? [{ sign, since: told.since, show: row.show, cause: row.cause }] : [];
  });
}

/** Each sensed bay at an instant, by all that is known now. */
async function baysAt(context: ApiContext, lot: LotId, at: number) {
  const { history, eventLog, sites } = context;
  const window = { from: at, to: at + 1 };
  const members = membersOf(sites.versions, (bay) => bay.properties.lot === lot, window);
  const bays = [];
  for await (const { bay, known } of history.knownTime([...members.keys()], window)) {
    const state: BayState = known[0]?.state ?? 'unknown';
    const event =
      state === 'unknown'
        ? undefined
        : decidingAt(eventLog.recordsOfBay(bay, at, eventLog.lastPosition, at + 1), bay, at);
    bays.push({
      bay,
      label: paintOf(context, bay, at).label,
      state,
      sensedAt: event?.record.sensedAt ?? null,
      learnedAt: event?.receivedAt ?? null,
      learnedLater: event !== undefined && event.receivedAt > at,
    });
  }
  return bays;
}

/** The bay's last event that was sensed by then, in the order of its gateway. */
function decidingAt(
  records: readonly LoggedRecord[],
  bay: BayId,
  at: number,
): { readonly record: BayEvent; readonly receivedAt: number } | undefined {
  return records
    .flatMap(({ record, receivedAt, assigned }) =>
      assigned && record.kind === 'bay' && record.bay === bay ? [{ record, receivedAt }] : [],
    )
    .findLast(({ record }) => record.sensedAt <= at);
}

function statesOf(bays: readonly { readonly state: BayState }[]) {
  const states = { vacant: 0, occupied: 0, unknown: 0 };
  for (const { state } of bays) states[state] += 1;
  return states;
}
