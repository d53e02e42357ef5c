import * as z from 'zod';
import { SignId } from '#contract/ids.ts';
import {
  NewSignControlBody,
  OperatorSignsAnswer,
  SignControlsAnswer,
  SignPageAnswer,
} from '#contract/sign-answers.ts';
import type { OperatorSign } from '#contract/sign-answers.ts';
import { controlTerms, SignControl } from '#contract/sign-control.ts';
import type { SignControlChange } from '#contract/sign-control.ts';
import { panelDigits } from '#contract/sign-panel.ts';
import type { Sign } from '#contract/site.ts';
import { isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { coversLot } from '../operations/caller.ts';
import type { Decided } from '../signs/sign-board.ts';
import type { Agreement } from '../signs/sign-reports.ts';
import type { ApiContext } from './context.ts';
import { authorOf, callerOf, NEVER_STORED, routeWithBody, routeWithQuery } from './route.ts';
import type { Asked, Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

const WORST_FIRST: readonly Agreement[] = ['differs', 'silent', 'unheard', 'agrees'];

/** What operators see of signs, and what they may ask of them by hand. */
export function operatorSignRoutes(context: ApiContext): Route[] {
  const { signs, clock, operations } = context;
  const { board, controls, reports } = signs;
  const within = { access: 'operator', lots: 'filtered', cacheControl: NEVER_STORED } as const;
  const params = z.object({ sign: SignId });
  const json = (schema: z.ZodType) => ({ [JSON_MEDIA]: schema });

  /** A sign is seen by whoever has one of its lots. */
  const isSeenBy = (asked: Pick<Asked<unknown>, 'caller'>, { properties }: Sign): boolean =>
    properties.rows.some(({ lot }) => coversLot(callerOf(asked).scope, lot));
  /** It is changed by whoever has all lots whose rows change. */
  const mayChange = (
    asked: Pick<Asked<unknown>, 'caller'>,
    { properties }: Sign,
    change: SignControlChange,
  ): boolean => {
    const row = 'row' in change ? change.row : undefined;
    const touched = row === undefined ? properties.rows : properties.rows.slice(row - 1, row);
    return touched.every(({ lot }) => coversLot(callerOf(asked).scope, lot));
  };
  const signFor = (asked: Pick<Asked<unknown>, 'caller' | 'params'>): Sign => {
    const sign = board.of(asked.params['sign'] as SignId)?.sign;
    if (sign && isSeenBy(asked, sign)) return sign;
    throw new RejectedError('unknown_sign', `There is no sign "${asked.params['sign'] ?? ''}".`);
  };
  const controlsOf = (sign: Sign): SignControl[] =>
    controls.all().filter((control) => control.sign === sign.properties.id);

  function answerOf(decided: Decided): OperatorSign {
    const { sign, rows, tokens, since } = decided;
    const { id, name, panel } = sign.properties;
    const report = reports.of(id);
    return {
      sign: id,
      name,
      rows: rows.map(({ lot, cause, instead }, at) => ({
        lot,
        shows: tokens[at] ?? '',
        cause,
        instead: instead?.lot ?? null,
      })),
      since: isoOf(since),
      report: report
        ? {
            via: report.via,
            shows: [...report.shown],
            since: isoOf(report.since),
            heardAt: isoOf(report.heardAt),
          }
        : null,
      agreement: reports.agreementOf(decided),
      controls: controlsOf(sign),
      digits: panel ? panelDigits(panel, rows.length) : null,
    };
  }

  return [
    {
      ...within,
      access: 'viewer',
      method: 'get',
      path: '/api/v1/operator/signs',
      about: 'What each sign is to show, why and since when, and what it says that it shows.',
      media: json(OperatorSignsAnswer),
      problems: ['not_authorised', 'forbidden'],
      answer: (asked) => {
        board.look();
        const seen = board.all().filter(({ sign }) => isSeenBy(asked, sign));
        const value: OperatorSignsAnswer = {
          simulated: board.simulated,
          at: isoOf(clock.wallMs()),
          signs: seen
            .map(answerOf)
            .toSorted(
              (a, b) => WORST_FIRST.indexOf(a.agreement) - WORST_FIRST.indexOf(b.agreement),
            ),
        };
        return { kind: 'value', value };
      },
    },
    {
      ...within,
      method: 'get',
      path: '/api/v1/operator/signs/{sign}/page',
      about: "The address of a sign's page, with the key by which it reports what it shows.",
      params,
      media: json(SignPageAnswer),
      problems: ['not_authorised', 'forbidden', 'unknown_sign'],
      answer: (asked) => {
        const { id } = signFor(asked).properties;
        return { kind: 'value', value: { path: `/sign/${id}#${controls.reportKeyOf(id)}` } };
      },
    },
    routeWithBody({
      ...within,
      method: 'post',
      path: '/api/v1/operator/signs/{sign}/controls',
      primaryOnly: true,
      about:
        'Asks something of a sign by hand, for a while: a word, fewer bays, a least and a greatest number, a test pattern.',
      params,
      body: NewSignControlBody,
      media: json(SignControl),
      problems: [
        'invalid_request',
        'not_authorised',
        'forbidden',
        'unknown_sign',
        'body_too_large',
      ],
      answer: (asked) => {
        const sign = signFor(asked);
        const { change, reason } = asked.body;
        if ('row' in change && (change.row ?? 1) > sign.properties.rows.length) {
          const { length } = sign.properties.rows;
          throw new RejectedError('invalid_request', `change.row: the sign has ${length} rows.`);
        }
        if (!mayChange(asked, sign, change)) {
          throw new RejectedError('forbidden', 'These rows are not all of your lots.');
        }
        const from = asked.body.from ?? isoOf(clock.wallMs());
        const { usualMs, mostMs } = controlTerms[change.kind];
        const until = asked.body.until ?? isoOf(Date.parse(from) + usualMs);
        if (Date.parse(until) <= Math.max(Date.parse(from), clock.wallMs())) {
          throw new RejectedError('invalid_request', 'until: expected an instant to come.');
        }
        if (Date.parse(until) - Date.parse(from) > mostMs) {
          const hours = mostMs / 3_600_000;
          throw new RejectedError('invalid_request', `until: expected within ${hours} h.`);
        }
        const made = controls.add({
          sign: sign.properties.id,
          change,
          from,
          until,
          author: authorOf(asked, asked.body.author),
          ...(reason !== undefined && { reason }),
        });
        const deed = { action: 'sign.control.add', subject: made.sign, after: made };
        operations.audit.append(callerOf(asked), deed);
        board.look();
        return { kind: 'value', value: made };
      },
    }),
    routeWithQuery({
      ...within,
      method: 'post',
      path: '/api/v1/operator/signs/{sign}/controls/{control}/end',
      primaryOnly: true,
      about: 'Ends what was asked of a sign by hand; it shows again what is counted.',
      params: params.extend({ control: SignControl.shape.id }),
      query: z.strictObject({ author: NewSignControlBody.shape.author }),
      media: json(SignControlsAnswer),
      problems: [
        'invalid_request',
        'not_authorised',
        'forbidden',
        'unknown_sign',
        'unknown_control',
      ],
      answer: (asked) => {
        const sign = signFor(asked);
        const id = asked.params['control'] ?? '';
        const before = controlsOf(sign).find((control) => control.id === id);
        if (!before) throw new RejectedError('unknown_control', `There is no control "${id}".`);
        if (!mayChange(asked, sign, before.change)) {
          throw new RejectedError('forbidden', 'These rows are not all of your lots.');
        }
        controls.end(before, authorOf(asked, asked.query.author));
        const deed = { action: 'sign.control.end', subject: before.sign, before };
        operations.audit.append(callerOf(asked), deed);
        board.look();
        return { kind: 'value', value: { controls: controlsOf(sign) } };
      },
    }),
  ];
}
