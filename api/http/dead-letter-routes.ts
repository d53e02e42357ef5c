import * as z from 'zod';
import { JournalId } from '#contract/ids.ts';
import { IsoInstant, isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { DEAD_LETTER_REASONS } from '../log/log-entry.ts';
import type { DeadLetter } from '../log/log-entry.ts';
import type { EventLog } from '../log/open-event-log.ts';
import type { ApiContext, DeadLetters } from './context.ts';
import { callerOf, NEVER_STORED, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

const PATH = '/api/v1/operator/dead-letters';
const Reason = z.enum(DEAD_LETTER_REASONS);

const ListQuery = z.strictObject({
  reason: Reason.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
});

const Letter = z.object({
  id: z.string().describe('month of its file and number in it'),
  journal: JournalId,
  seq: z.int().nullable().describe('null: its place in the journal is not known'),
  receivedAt: IsoInstant,
  reason: Reason.describe(
    '`invalid`: it cannot be read; `conflict`: its key has another record; `unplaced`: it has no key; `sealed`: it is older than any single change that is kept',
  ),
  detail: z.string(),
});
const WholeLetter = Letter.extend({ content: z.string().describe('as received, cut to 8 KiB') });

const ListAnswer = z.object({
  kept: z.record(Reason, z.int()).describe('how many there are, of each reason'),
  letters: z.array(Letter).describe('the newest first'),
});

/** Records that could not be logged: to be looked at, and to be put into the log. */
export function deadLetterRoutes({ deadLetters, operations }: ApiContext): Route[] {
  const operator = { access: 'operator', cacheControl: NEVER_STORED } as const;
  const one = { ...operator, params: z.object({ id: z.string() }) } as const;
  return [
    routeWithQuery({
      ...operator,
      method: 'get',
      path: PATH,
      about: 'Records that could not be logged, why, and how many; the newest first.',
      query: ListQuery,
      media: { [JSON_MEDIA]: ListAnswer },
      problems: ['invalid_request', 'not_authorised', 'forbidden'],
      answer: ({ query: { reason, limit } }) => ({
        kind: 'value',
        value: {
          kept: deadLetters.counts(),
          letters: deadLetters
            .newest(limit, reason)
            .map(({ id, journal, seq, receivedAt, reason: why, detail }) =>
              told({ id, journal, seq, receivedAt, reason: why, detail }),
            ),
        },
      }),
    }),
    {
      ...one,
      method: 'get',
      path: `${PATH}/{id}`,
      about: 'One of them, with its text as it was received.',
      media: { [JSON_MEDIA]: WholeLetter },
      problems: ['not_authorised', 'forbidden', 'not_found'],
      answer: ({ params: { id = '' } }) => {
        const letter = deadLetters.one(id);
        if (!letter) throw new RejectedError('not_found', `There is no dead letter "${id}".`);
        return { kind: 'value', value: told(letter) };
      },
    },
    {
      ...one,
      method: 'post',
      path: `${PATH}/{id}/replay`,
      about: 'Puts it into the log under its own key, where this version can read it.',
      media: { [JSON_MEDIA]: z.object({ replayed: z.string() }) },
      problems: ['not_authorised', 'forbidden', 'not_found', 'cannot_replay', 'cross_site'],
      answer: (asked) => {
        const { id = '' } = asked.params;
        deadLetters.replay(id);
        operations.audit.append(callerOf(asked), { action: 'dead_letter.replay', subject: id });
        return { kind: 'value', value: { replayed: id } };
      },
    },
  ];
}

const told = <Told extends Pick<DeadLetter, 'receivedAt'>>(letter: Told) => ({
  ...letter,
  receivedAt: isoOf(letter.receivedAt),
});

/** Those of the log; putting one into it is ingest's. */
export function deadLettersOf(
  eventLog: Pick<EventLog, 'deadLetters' | 'deadLetter' | 'deadLetterCounts'>,
  replay: (id: string) => void,
): DeadLetters {
  return {
    newest: (limit, reason) => eventLog.deadLetters(limit, reason),
    one: (id) => eventLog.deadLetter(id),
    counts: () => eventLog.deadLetterCounts(),
    replay,
  };
}
