import { alarms } from '#contract/alarms.ts';
import { AlarmsAnswer } from '#contract/http.ts';
import { isoOf } from '#contract/time.ts';
import type { ActiveAlarm } from '../watch/start-watch.ts';
import type { ApiContext } from './context.ts';
import { NEVER_STORED } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

/** For operators: what is wrong with the system itself. */
export function alarmRoute({ system, index, clock }: ApiContext): Route {
  return {
    method: 'get',
    access: 'viewer',
    cacheControl: NEVER_STORED,
    path: '/api/v1/operator/alarms',
    about:
      'What is wrong with the system itself now, of the api and its gateways: the worst first.',
    media: { [JSON_MEDIA]: AlarmsAnswer },
    problems: ['not_authorised', 'forbidden'],
    answer: () => ({
      kind: 'value',
      value: {
        simulated: index.site.simulated,
        at: isoOf(clock.wallMs()),
        alarms: system.alarms().toSorted(worstFirst).map(answerOf),
      } satisfies AlarmsAnswer,
    }),
  };
}

const isCritical = ({ alarm }: ActiveAlarm) => alarms[alarm].severity === 'critical';

function worstFirst(a: ActiveAlarm, b: ActiveAlarm): number {
  return Number(isCritical(b)) - Number(isCritical(a)) || a.since - b.since;
}

function answerOf({ alarm, gateway, subject, cause, since }: ActiveAlarm) {
  const { severity, todo } = alarms[alarm];
  return { alarm, severity, gateway, subject, cause, since: isoOf(since), todo };
}
