import * as z from 'zod';
import { HealthAnswer, ReadyAnswer } from '#contract/http.ts';
import { VERSION } from '../version.ts';
import { NotReadyError } from '../watch/readiness.ts';
import type { ApiContext } from './context.ts';
import { NEVER_STORED } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

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
      about:
        'Broker and log are there and messages are taken. The view may lag: it is shown and does not count.',
      media: { [JSON_MEDIA]: ReadyAnswer },
      problems: ['not_ready'],
      answer: () => {
        const checks = context.system.checks();
        const wrong = checks.filter(({ name, ok }) => !ok && name !== 'history');
        if (wrong.length > 0) throw new NotReadyError(checks, wrong);
        return { kind: 'value', value: { status: 'ready', checks } };
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
