import * as z from 'zod';
import { SignId } from '#contract/ids.ts';
import { SignShownAnswer, SignShownBody } from '#contract/sign-answers.ts';
import { SignMessage } from '#contract/sign-message.ts';
import { isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { ApiContext } from './context.ts';
import { NEVER_STORED, routeWithBody } from './route.ts';
import type { Asked, Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

const params = z.object({ sign: SignId });

/** What signs ask and say over HTTP: a page on a small computer beside the road. */
export function signRoutes(context: ApiContext): Route[] {
  const { signs, clock, page } = context;
  const messageFor = ({ params: asked }: Pick<Asked<unknown>, 'params'>): SignMessage => {
    const sign = asked['sign'] as SignId;
    const message = signs.board.message(sign);
    if (message) return message;
    throw noSign(sign);
  };
  return [
    {
      method: 'get',
      path: '/api/v1/signs/{sign}',
      about:
        'What a sign is to show, and for how long: the same as its MQTT message. Its validity counts from when the request was sent.',
      access: 'public',
      params,
      media: { [JSON_MEDIA]: SignMessage },
      problems: ['unknown_sign'],
      cacheControl: NEVER_STORED,
      answer: (asked) => ({ kind: 'value', value: messageFor(asked) }),
    },
    routeWithBody({
      method: 'post',
      path: '/api/v1/signs/{sign}/shown',
      about: "What a sign's page really shows, every few seconds, with the key of its address.",
      access: 'page',
      params,
      body: SignShownBody,
      media: { [JSON_MEDIA]: SignShownAnswer },
      problems: ['invalid_request', 'unknown_sign', 'forbidden', 'cross_site', 'body_too_large'],
      cacheControl: NEVER_STORED,
      answer: (asked) => {
        const { key, ...shown } = asked.body;
        const sign = asked.params['sign'] as SignId;
        if (!signs.board.of(sign)) throw noSign(sign);
        if (!signs.controls.isReportKey(sign, key)) {
          throw new RejectedError('forbidden', "This is not the sign's key: open its page anew.");
        }
        signs.reports.hear(sign, shown, 'page');
        return { kind: 'value', value: { heardAt: isoOf(clock.wallMs()) } };
      },
    }),
    {
      method: 'get',
      path: '/sign/{sign}',
      about: 'The page of a sign, full screen, for a small computer beside the road.',
      access: 'page',
      cost: 3,
      params,
      media: { 'text/html': z.string() },
      problems: ['unknown_sign', 'not_ready'],
      cacheControl: 'no-cache',
      answer: async (asked) => {
        const text = await page.renderSign(messageFor(asked));
        return { kind: 'text', text };
      },
    },
  ];
}

const noSign = (sign: SignId) =>
  new RejectedError('unknown_sign', `The site has no sign "${sign}".`);
