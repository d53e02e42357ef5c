import * as z from 'zod';
import { HealthAnswer, ReadyAnswer } from '#contract/http.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import { VERSION } from '../version.ts';
import type { ApiContext } from './context.ts';
import { NEVER_STORED } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

type Check = z.infer<typeof ReadyAnswer>['checks'][number];

/** For those who keep the process running. */
export function healthRoutes(context: ApiContext): Route[] {
  const unstored = { method: 'get', access: 'public', cacheControl: NEVER_STORED } as const;
  return [
    {
      ...unstored,
      path: '/healthz',
      about: 'The process runs and answers.',
      media: { [JSON_MEDIA]: HealthAnswer },
      problems: [],
      answer: () => ({ kind: 'value', value: { status: 'ok', version: VERSION } }),
    },
    {
      ...unstored,
      path: '/readyz',
      about: 'Broker and log are there. The view may lag: it is shown and does not count.',
      media: { [JSON_MEDIA]: ReadyAnswer },
      problems: ['not_ready'],
      answer: () => {
        const checks = [brokerCheck(context), logCheck(context), viewCheck(context)];
        const wrong = checks.filter(({ name, ok }) => !ok && name !== 'history');
        if (wrong.length === 0) return { kind: 'value', value: { status: 'ready', checks } };
        const why = checks.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
        throw new UnavailableError('not_ready', why);
      },
    },
    {
      ...unstored,
      path: '/metrics',
      about: 'Counters and gauges in Prometheus text format.',
      media: { 'text/plain': z.string() },
      problems: [],
      answer: async () => ({
        kind: 'text',
        text: await context.metricsText(),
        headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
    },
  ];
}

function brokerCheck({ brokerConnected }: ApiContext): Check {
  const ok = brokerConnected();
  return { name: 'broker', ok, detail: ok ? 'connected' : 'not connected; trying again' };
}

function logCheck({ eventLog, logFailing }: ApiContext): Check {
  if (logFailing()) {
    return {
      name: 'log',
      ok: false,
      detail: 'cannot be written; live goes on, nothing is acknowledged',
    };
  }
  try {
    return { name: 'log', ok: true, detail: `position ${eventLog.lastPosition}` };
  } catch (error) {
    return { name: 'log', ok: false, detail: messageOf(error) };
  }
}

function viewCheck({ history }: ApiContext): Check {
  const { position, target, rebuilding, failed } = history.status();
  const lag = `${target - position} records behind`;
  const state = failed ?? (rebuilding ? `rebuilding, ${lag}` : lag);
  return { name: 'history', ok: failed === undefined && !rebuilding, detail: state };
}
