import * as z from 'zod';
import { isoOf } from '#contract/time.ts';
import type { ApiContext } from './context.ts';
import { PUBLIC_FIXED } from './route.ts';
import type { Route } from './route.ts';

/** RFC 9116 wants less than a year; each asking gives it anew. */
const VALID_MS = 180 * 24 * 60 * 60_000;

/** Whom to tell of a weakness, where the configuration says so. */
export function securityTextRoutes({ securityContact, publicUrl, clock }: ApiContext): Route[] {
  if (securityContact === '') return [];
  return [
    {
      method: 'get',
      path: '/.well-known/security.txt',
      about: 'Whom to tell of a weakness (RFC 9116).',
      access: 'public',
      media: { 'text/plain': z.string() },
      problems: [],
      cacheControl: PUBLIC_FIXED,
      answer: () => ({
        kind: 'text',
        text: [
          `Contact: ${securityContact}`,
          `Expires: ${isoOf(clock.wallMs() + VALID_MS)}`,
          'Preferred-Languages: ko, en',
          ...(publicUrl === undefined
            ? []
            : [`Canonical: ${new URL('/.well-known/security.txt', publicUrl).href}`]),
          '',
        ].join('\n'),
      }),
    },
  ];
}
