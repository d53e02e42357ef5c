import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import {
  HoursExportQuery,
  LotHourRow,
  RecordsExportQuery,
  StaysExportQuery,
} from '#contract/history.ts';
import { GatewayId, JournalId } from '#contract/ids.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import { ObservedSpan, Stay } from '#contract/stay.ts';
import { Instant } from '#contract/time.ts';
import { bucketsOf } from '../history/answers/statistics.ts';
import type { EventLogReader, LoggedRecord } from '../log/event-log.ts';
import { coversLot } from '../operations/caller.ts';
import type { Caller } from '../operations/caller.ts';
import type { ApiContext } from './context.ts';
import { asksForCsv, csvOf, CSV_MEDIA, CsvText } from './csv.ts';
import { ExportQuery, ROWS_MEDIA, windowOf } from './export-window.ts';
import { hourRowOf } from './past-answers.ts';
import { ownLots, pastOf } from './past-scope.ts';
import { callerOf, NEVER_STORED, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';

/** A record of the event log as it leaves the house: everything that the log knows of it. */
const RecordRow = z.object({
  position: z.int(),
  gateway: GatewayId,
  journal: JournalId,
  journalOrder: z.int(),
  receivedAt: Instant,
  assigned: z.boolean(),
  record: z.object({ kind: z.enum(['bay', 'observed', 'lot', 'undated']) }).loose(),
});

const RECORDS_A_READ = 500;

/** Whole months and more, row by row, as fast as the client reads. */
export function exportRoutes(context: ApiContext): Route[] {
  const { history, eventLog } = context;
  const windowed = {
    method: 'get',
    access: 'operator',
    lots: 'filtered',
    cost: 20,
    cacheControl: NEVER_STORED,
    problems: ['invalid_request', 'not_authorised', 'forbidden', 'view_not_ready'],
  } as const;
  const lotOfBay = (bay: BayId) => context.index.bays.get(bay)?.properties.lot ?? null;
  const simulated = () => context.index.site.simulated;

  return [
    routeWithQuery({
      ...windowed,
      path: '/api/v1/operator/export/stays',
      about:
        'Every stay that touches [from, to), by bay and time; without a range, all there are. The last row is the cursor to go on from.',
      recordedAs: 'stays.read',
      query: StaysExportQuery,
      media: { [ROWS_MEDIA]: Stay, [CSV_MEDIA]: CsvText },
      answer: (asked) => {
        const { query } = asked;
        const rows = staysOf(context, callerOf(asked), query);
        if (!asksForCsv(asked)) return { kind: 'rows', rows };
        const withBom = query.bom === 'true';
        return csvOf(rows, { row: Stay, simulated: simulated(), withBom, name: 'stays' });
      },
    }),
    routeWithQuery({
      ...windowed,
      access: 'viewer',
      path: '/api/v1/operator/export/hours',
      about: 'Every hour of every lot within [from, to), whether it was observed or not.',
      query: HoursExportQuery,
      media: { [ROWS_MEDIA]: LotHourRow, [CSV_MEDIA]: CsvText },
      problems: [...windowed.problems, 'range_too_wide', 'events_expired'],
      answer: (asked) => {
        const { from, to, bom } = asked.query;
        const rows = hoursOf(context, callerOf(asked), { from, to });
        if (!asksForCsv(asked)) return { kind: 'rows', rows };
        const name = `hours-${from.slice(0, 10)}-${to.slice(0, 10)}`;
        return csvOf(rows, {
          row: LotHourRow,
          simulated: simulated(),
          withBom: bom === 'true',
          name,
        });
      },
    }),
    routeWithQuery({
      ...windowed,
      path: '/api/v1/operator/export/observed',
      about: 'When each bay was observed within [from, to); without a range, all there is.',
      query: ExportQuery,
      media: { [ROWS_MEDIA]: ObservedSpan },
      answer: (asked) => {
        const { scope } = callerOf(asked);
        const spans = history.observedSpans(windowOf(asked.query));
        return { kind: 'rows', rows: only(spans, ({ bay }) => coversLot(scope, lotOfBay(bay))) };
      },
    }),
    routeWithQuery({
      ...windowed,
      // Of the whole site: a record may be of several lots.
      lots: undefined,
      path: '/api/v1/operator/export/records',
      about:
        "The event log's records in the order of their positions; the last row's position is the cursor to go on from.",
      recordedAs: 'records.read',
      query: RecordsExportQuery,
      media: { [ROWS_MEDIA]: RecordRow },
      problems: ['invalid_request', 'not_authorised', 'forbidden'],
      answer: ({ query }) => ({ kind: 'rows', rows: recordsOf(eventLog, query) }),
    }),
  ];
}

interface Cursor {
  readonly bay: BayId;
  readonly arrivedBefore: number;
}

function cursorOf(text: string | undefined): Cursor | undefined {
  const [bay, arrivedBefore] = text?.split(':') ?? [];
  // The query's pattern was matched: what no bay is called begins nowhere else.
  return bay === undefined
    ? undefined
    : { bay: bay as BayId, arrivedBefore: Number(arrivedBefore) };
}

async function* staysOf(
  { history }: Pick<ApiContext, 'history'>,
  { scope }: Caller,
  query: StaysExportQuery,
): AsyncGenerator<Stay> {
  const cursor = cursorOf(query.after);
  const lots: readonly LotId[] | undefined = scope === 'site' ? undefined : scope;
  let last: Stay | undefined;
  let told = 0;
  for await (const stay of history.stays(windowOf(query), lots, cursor?.bay)) {
    if ((cursor && isUpTo(stay, cursor)) || !coversLot(scope, stay.lot)) continue;
    // Those that the cursor cannot tell apart travel together.
    if (told >= (query.limit ?? Infinity) && !(last && isUpTo(stay, last))) return;
    yield stay;
    last = stay;
    told += 1;
  }
}

function isUpTo({ bay, arrivedBefore }: Cursor, to: Cursor): boolean {
  return bay < to.bay || (bay === to.bay && arrivedBefore <= to.arrivedBefore);
}

async function* hoursOf(
  context: ApiContext,
  caller: Caller,
  range: { readonly from: string; readonly to: string },
): AsyncGenerator<LotHourRow> {
  for (const lot of ownLots(context, caller)) {
    const past = pastOf(context, caller, { ...range, lot, withinMinutes: 1 });
    if (past.scope.members.size === 0) continue;
    for (const bucket of await bucketsOf(context.history, past, 'hour')) {
      yield hourRowOf(lot, bucket, past.wallClock);
    }
  }
}

async function* only<T>(rows: AsyncIterable<T>, isOwn: (row: T) => boolean): AsyncGenerator<T> {
  for await (const row of rows) if (isOwn(row)) yield row;
}

/** What the log holds now; what comes later belongs to the next export. */
async function* recordsOf(
  eventLog: EventLogReader,
  { after, limit = Infinity }: z.infer<typeof RecordsExportQuery>,
): AsyncGenerator<LoggedRecord> {
  const last = eventLog.lastPosition;
  let position = after;
  let told = 0;
  while (position < last) {
    const records = eventLog.recordsAfter(position, RECORDS_A_READ);
    for (const record of records) {
      if (record.position > last || told >= limit) return;
      yield record;
      told += 1;
    }
    position = records.at(-1)?.position ?? last;
    // Others' requests come between two reads.
    await delay(0);
  }
}
