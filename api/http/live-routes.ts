import * as z from 'zod';
import { Channel, LiveSnapshot } from '#contract/live.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { ApiContext } from './context.ts';
import { fixedBodyOf } from './fixed-body.ts';
import type { FixedBody } from './fixed-body.ts';
import { LIVE_PATH } from './live-path.ts';
import { routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

const LiveQuery = z.strictObject({ channel: Channel.default('lots') });

export function liveRoutes({ liveSnapshot }: ApiContext): Route[] {
  const bodies = new WeakMap<Buffer, FixedBody>();
  /** Thousands may poll: each snapshot is compressed once. */
  const bodyOf = (bytes: Buffer): FixedBody => {
    const body = bodies.get(bytes) ?? fixedBodyOf(bytes);
    bodies.set(bytes, body);
    return body;
  };
  return [
    routeWithQuery({
      method: 'get',
      path: LIVE_PATH,
      about:
        'A live channel as it is now, for those who cannot hold a WebSocket; the same path upgrades to one (see the AsyncAPI document).',
      access: 'public',
      query: LiveQuery,
      media: { [JSON_MEDIA]: LiveSnapshot },
      problems: ['invalid_request', 'unknown_lot'],
      cacheControl: 'public, max-age=1',
      answer: ({ query }) => {
        // The schema's pattern is that of the type.
        const bytes = liveSnapshot(query.channel as Channel);
        if (bytes) return { kind: 'fixed', body: bodyOf(bytes) };
        throw new RejectedError('unknown_lot', `This site has no channel "${query.channel}".`);
      },
    }),
  ];
}
