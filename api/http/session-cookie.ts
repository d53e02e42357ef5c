import { SESSION_MS } from '../operations/sessions.ts';
import type { Visit } from './visit.ts';

/**
 * The one place that knows the session's cookie. Behind TLS `__Host-` makes a browser refuse it
 * from anywhere but this very origin; a browser takes that prefix only with `Secure`, which plain
 * http on one's own machine cannot have.
 */
const cookies = {
  tls: { name: '__Host-binjari', attributes: 'Path=/; HttpOnly; SameSite=Strict; Secure' },
  loopback: { name: 'binjari', attributes: 'Path=/; HttpOnly; SameSite=Strict' },
} as const;

/** A session's token looks so; anything else is not even looked up. */
const TOKEN = /^[\w-]{43}$/;

/** undefined: there is none, or the way is one on which none is believed. */
export function sessionTokenOf(
  cookieHeader: string | undefined,
  { way }: Visit,
): string | undefined {
  if (way === 'plain' || cookieHeader === undefined) return undefined;
  const { name } = cookies[way];
  const values = cookieHeader
    .split(';')
    .map((pair) => pair.trim().split(/=(.*)/s))
    .filter(([key]) => key === name)
    .map(([, value]) => value ?? '');
  // Two of one name: a neighbour under the same domain may have put one in front.
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 && TOKEN.test(only) ? only : undefined;
}

export function sessionCookie(token: string, way: 'tls' | 'loopback'): string {
  const { name, attributes } = cookies[way];
  return `${name}=${token}; Max-Age=${SESSION_MS / 1_000}; ${attributes}`;
}

export function endedCookie(way: 'tls' | 'loopback'): string {
  const { name, attributes } = cookies[way];
  return `${name}=; Max-Age=0; ${attributes}`;
}
