import * as z from 'zod';
import type { AccessScope } from '#contract/access.ts';
import {
  AlarmAcknowledgement,
  AlarmBookAnswer,
  AlarmRecord,
  AlarmTestAnswer,
} from '#contract/alarm-record.ts';
import { alarms } from '#contract/alarms.ts';
import { isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { BookedAlarm } from '../alarms/alarm-book.ts';
import { alarmRecordOf } from '../alarms/alarm-message.ts';
import { touchedLots } from '../alarms/touched-lots.ts';
import { actorOf, coversScope } from '../operations/caller.ts';
import type { ApiContext } from './context.ts';
import { callerOf, NEVER_STORED, routeWithBody, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

const MOST_OVER = 500;

const BookQuery = z.strictObject({
  over: z
    .string()
    .regex(/^\d{1,3}$/, `expected a number up to ${MOST_OVER}`)
    .default('50')
    .describe(`how many of those that are over, at most ${MOST_OVER}`),
});

/** Alarms from their beginning to their end: what holds, who knows of it, what was, and who is told. */
export function alarmBookRoutes(context: ApiContext): Route[] {
  const { operations, clock } = context;
  const { alarmBook, audit } = operations;
  const operator = { access: 'operator', cacheControl: NEVER_STORED } as const;

  return [
    routeWithQuery({
      ...operator,
      access: 'viewer',
      lots: 'filtered',
      method: 'get',
      path: '/api/v1/operator/alarms/book',
      about:
        'Alarms that hold, the worst first, those that are over, and how they leave the house.',
      query: BookQuery,
      media: { [JSON_MEDIA]: AlarmBookAnswer },
      problems: ['invalid_request', 'not_authorised', 'forbidden'],
      answer: (asked) => {
        const { scope } = callerOf(asked);
        const limit = Math.min(MOST_OVER, Number(asked.query.over));
        return {
          kind: 'value',
          value: {
            simulated: context.index.site.simulated,
            at: isoOf(clock.wallMs()),
            holding: ownAlarms(context, alarmBook.holding, scope).toSorted(worstFirst),
            over: ownAlarms(context, alarmBook.over(limit), scope),
            outlet: scope === 'site' ? (context.alarmTeller?.outlet() ?? null) : null,
          } satisfies AlarmBookAnswer,
        };
      },
    }),
    routeWithBody({
      ...operator,
      lots: 'filtered',
      method: 'post',
      path: '/api/v1/operator/alarms/{no}/acknowledge',
      about: 'Says that one knows of an alarm, with a note; it holds until its cause is gone.',
      params: z.object({
        no: z.string().regex(/^[1-9]\d{0,8}$/, 'expected the number of an alarm'),
      }),
      body: AlarmAcknowledgement,
      media: { [JSON_MEDIA]: AlarmRecord },
      problems: ['invalid_request', 'not_authorised', 'forbidden', 'cross_site', 'unknown_alarm'],
      answer: (asked) => {
        const caller = callerOf(asked);
        const no = Number(asked.params['no']);
        const holding = ownAlarms(context, alarmBook.holding, caller.scope);
        if (!holding.some((alarm) => alarm.no === no)) {
          throw new RejectedError('unknown_alarm', `No alarm ${no} holds here.`);
        }
        const done = audit.recorded(caller, () => {
          const booked = alarmBook.acknowledge(no, actorOf(caller), asked.body.note);
          if (!booked) throw new RejectedError('unknown_alarm', `No alarm ${no} holds here.`);
          const { note } = asked.body;
          return { action: 'alarm.acknowledge', subject: String(no), after: { note }, booked };
        });
        return { kind: 'value', value: recordOf(context, done.booked) };
      },
    }),
    {
      ...operator,
      method: 'post',
      path: '/api/v1/operator/alarms/test',
      about: 'Sends a test message to where alarms go, and says what came of it.',
      media: { [JSON_MEDIA]: AlarmTestAnswer },
      problems: ['not_authorised', 'forbidden', 'cross_site', 'no_alarm_outlet'],
      answer: async (asked) => {
        const { alarmTeller } = context;
        if (alarmTeller === undefined) {
          throw new RejectedError(
            'no_alarm_outlet',
            'Set alarmWebhookUrl; see docs/operations.md.',
          );
        }
        const value = await alarmTeller.test();
        audit.append(callerOf(asked), { action: 'alarm.test', subject: 'webhook', after: value });
        return { kind: 'value', value };
      },
    },
  ];
}

const recordOf = ({ index }: ApiContext, booked: BookedAlarm): AlarmRecord =>
  alarmRecordOf(booked, touchedLots(booked, index.site));

/** What is of the scope's lots; what is of the whole site is for who has the whole site. */
export function ownAlarms(
  context: ApiContext,
  booked: readonly BookedAlarm[],
  scope: AccessScope,
): AlarmRecord[] {
  const all = booked.map((one) => recordOf(context, one));
  if (scope === 'site') return all;
  return all.flatMap((record) => {
    const lots = (record.lots ?? []).filter((lot) => coversScope(scope, [lot]));
    return lots.length === 0 ? [] : [{ ...record, lots }];
  });
}

const rankOf = ({ alarm }: AlarmRecord): number => (alarms[alarm].severity === 'critical' ? 0 : 1);

function worstFirst(a: AlarmRecord, b: AlarmRecord): number {
  return rankOf(a) - rankOf(b) || Date.parse(a.since) - Date.parse(b.since);
}
