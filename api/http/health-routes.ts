import * as z from 'zod';
import { HealthAnswer, ReadyAnswer } from '#contract/http.ts';
import { VERSION } from '../version.ts';
import { NotReadyError } from '../watch/readiness.ts';
import type { Check } from '../watch/readiness.ts';
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
        const checks = context.system.checks().map(inPublic);
        const wrong = checks.filter(({ name, ok }) => !ok && name !== 'history');
        if (wrong.length > 0) throw new NotReadyError(checks, wrong);
        return { kind: 'value', value: { status: 'ready', checks } };
      },
    },
    {
      ...unstored,
      path: '/api/v1/operator/readiness',
      about: 'As /readyz, with how far log and view are.',
      access: 'viewer',
      media: { [JSON_MEDIA]: ReadyAnswer },
      problems: ['not_authorised', 'forbidden'],
      answer: () => {
        const checks = context.system.checks();
        const isReady = checks.every(({ name, ok }) => ok || name === 'history');
        return { kind: 'value', value: { status: isReady ? 'ready' : 'notReady', checks } };
      },
    },
    {
      ...unstored,
      path: '/metrics',
      about: 'Counters and gauges in Prometheus text format.',
      access: 'viewer',
      media: { 'text/plain': z.string() },
      problems: ['not_authorised', 'forbidden'],
      answer: async () => ({
        kind: 'text',
        text: await context.metricsText(),
        headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
    },
  ];
}

/**
 * A position that moves when no public bay did tells that a private one has: in public only what is
 * wrong is said, not how far anything is.
 */
function inPublic(check: Check): Check {
  const isMoving = check.name === 'history' || (check.name === 'log' && check.ok);
  return isMoving ? { ...check, detail: check.ok ? 'open' : 'not ready' } : check;
}
