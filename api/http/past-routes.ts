import type * as z from 'zod';
import { isShownSingly } from '#contract/bay-class.ts';
import {
  CrowdingAnswer,
  DwellBin,
  FullPeriod,
  OccupancyAnswer,
  OccupancyBucket,
  OccupancyQuery,
  ScopeQuery,
  UseAnswer,
  WeekAnswer,
  WeekCell,
} from '#contract/history.ts';
import { bucketsOf, crowdingIn, heatMapOf, useOf } from '../history/answers/statistics.ts';
import type { ApiContext } from './context.ts';
import {
  crowdingAnswerOf,
  DWELL_LIMITS_MS,
  DWELL_SHARES,
  occupancyAnswerOf,
  useAnswerOf,
  weekAnswerOf,
} from './past-answers.ts';
import { chosenDaysOf } from './chosen-days.ts';
import { pastOf } from './past-scope.ts';
import type { AskedPast } from './past-scope.ts';
import { callerOf, NEVER_STORED, routeWithQuery } from './route.ts';
import type { Answer, Asked, Route } from './route.ts';
import { asksForCsv, csvOf, CSV_MEDIA, CsvText } from './csv.ts';
import type { CsvRow } from './csv.ts';
import { JSON_MEDIA } from './site-routes.ts';
import { Turnstile } from './turnstile.ts';

/** Some questions are answered from single events: a few at a time leave ingest and live theirs. */
const AT_ONCE = 2;
const MOST_WAITING = 64;

/** What the past was like, for operators: of any lots, zone, class or market, for any range. */
export function pastRoutes(context: ApiContext): Route[] {
  const { history, operations } = context;
  const turns = new Turnstile(AT_ONCE, MOST_WAITING);
  const common = {
    method: 'get',
    access: 'viewer',
    lots: 'filtered',
    cost: 10,
    cacheControl: NEVER_STORED,
    problems: [
      'invalid_request',
      'not_authorised',
      'forbidden',
      'unknown_lot',
      'unknown_market',
      'range_too_wide',
      'events_expired',
      'view_not_ready',
      'too_busy',
    ],
  } as const;

  /** Makes out what is asked and waits for its turn. */
  async function answered<Value extends object>(
    asked: Asked<ScopeQuery>,
    work: (past: AskedPast) => Promise<Value>,
    table: {
      readonly name: string;
      readonly row: z.ZodObject;
      readonly rowsOf: (value: Value) => readonly CsvRow[];
    },
  ): Promise<Answer> {
    const caller = callerOf(asked);
    const past = pastOf(context, caller, asked.query);
    const { class: bayClass } = asked.query;
    if (bayClass !== undefined && !isShownSingly(bayClass)) {
      const subject = `${table.name} ${JSON.stringify(asked.query)}`;
      operations.audit.append(caller, { action: 'private.read', subject });
    }
    const value = await turns.pass(() => work(past));
    if (!asksForCsv(asked)) return { kind: 'value', value };
    const { from, to, bom } = asked.query;
    return csvOf(table.rowsOf(value), {
      row: table.row,
      simulated: context.index.site.simulated,
      withBom: bom === 'true',
      name: `${table.name}-${from.slice(0, 10)}-${to.slice(0, 10)}`,
    });
  }

  return [
    routeWithQuery({
      ...common,
      path: '/api/v1/operator/history/occupancy',
      about:
        'Occupied, vacant and unknown time, arrivals and departures by local intervals of [from, to).',
      query: OccupancyQuery,
      media: { [JSON_MEDIA]: OccupancyAnswer, [CSV_MEDIA]: CsvText },
      answer: (asked) =>
        answered(
          asked,
          async (past) => {
            const { interval } = asked.query;
            const isChosen = chosenDaysOf(context.index, asked.query, past.wallClock);
            const buckets = (await bucketsOf(history, past, interval)).filter(isChosen);
            return occupancyAnswerOf(past, context.index.site, { interval, buckets });
          },
          { name: 'occupancy', row: OccupancyBucket, rowsOf: ({ buckets }) => buckets },
        ),
    }),
    routeWithQuery({
      ...common,
      path: '/api/v1/operator/history/week',
      about: 'The range by weekday and hour of the wall clock, all such hours together.',
      query: ScopeQuery,
      media: { [JSON_MEDIA]: WeekAnswer, [CSV_MEDIA]: CsvText },
      answer: (asked) =>
        answered(
          asked,
          async (past) => weekAnswerOf(past, context.index.site, await heatMapOf(history, past)),
          { name: 'week', row: WeekCell, rowsOf: ({ cells }) => cells },
        ),
    }),
    routeWithQuery({
      ...common,
      path: '/api/v1/operator/history/use',
      about: 'Arrivals, departures, turnover and how long cars stayed that arrived in [from, to).',
      query: ScopeQuery,
      media: { [JSON_MEDIA]: UseAnswer, [CSV_MEDIA]: CsvText },
      answer: (asked) =>
        answered(
          asked,
          async (past) => {
            const use = await useOf(history, past, {
              shares: DWELL_SHARES,
              limitsMs: DWELL_LIMITS_MS,
            });
            return useAnswerOf(past, context.index.site, use);
          },
          { name: 'dwell', row: DwellBin, rowsOf: ({ dwell }) => dwell.histogram },
        ),
    }),
    routeWithQuery({
      ...common,
      path: '/api/v1/operator/history/crowding',
      about: 'When the bays were full, how often and how long, and the most that were occupied.',
      query: ScopeQuery,
      media: { [JSON_MEDIA]: CrowdingAnswer, [CSV_MEDIA]: CsvText },
      answer: (asked) =>
        answered(
          asked,
          async (past) =>
            crowdingAnswerOf(past, context.index.site, await crowdingIn(history, past)),
          { name: 'full', row: FullPeriod, rowsOf: ({ full }) => full.periods },
        ),
    }),
  ];
}
