import { setTimeout as delay } from 'node:timers/promises';
import { VerifyRow } from '#contract/http.ts';
import { isoOf } from '#contract/time.ts';
import { messageOf } from '#runtime/errors.ts';
import type { HistoryReader } from '../history/history.ts';
import type { ApiContext } from './context.ts';
import { NEVER_STORED } from './route.ts';
import type { Route } from './route.ts';

const WORD_EVERY_MS = 5_000;

/** For operators: whether the view says what the log says. */
export function verifyRoute({ history }: ApiContext): Route {
  return {
    method: 'post',
    access: 'operator',
    cacheControl: NEVER_STORED,
    path: '/api/v1/operator/verify',
    about: 'Holds the view against the event log, hour by hour: count, sum and hash of its rows.',
    media: { 'application/x-ndjson': VerifyRow },
    problems: ['not_authorised', 'forbidden'],
    answer: () => ({ kind: 'rows', rows: verifying(history) }),
  };
}

async function* verifying(history: HistoryReader): AsyncGenerator<VerifyRow> {
  const ended = history.verify().then(
    ({ differing, ...found }) => ({
      done: true,
      ...found,
      differing: differing.map(({ hourAt, ...row }) => ({ hour: isoOf(hourAt), ...row })),
    }),
    (error: unknown) => ({ done: false, failed: messageOf(error) }),
  );
  for (;;) {
    const end = await Promise.race([ended, delay(WORD_EVERY_MS, undefined, { ref: false })]);
    yield end ?? { done: false };
    if (end) return;
  }
}
