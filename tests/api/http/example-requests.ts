import type { Route } from '#api/http/route.ts';
import type { ServedStreet } from './served-street.ts';

/** A request that a row of the table takes from who may ask it, about a lot. */
export interface ExampleRequest {
  readonly path: string;
  readonly method: string;
  readonly body: object | undefined;
}

let made = 0;

/**
 * Makes what the request is about first (a user, a token of the lot), so that each example can be
 * asked by anybody, any number of times.
 */
export function exampleRequest(street: ServedStreet, route: Route, lot = 'full'): ExampleRequest {
  made += 1;
  const { users, tokens } = street.operations;
  const by = { kind: 'bootstrap', name: 'bootstrap', address: '127.0.0.1' } as const;
  const scope = [lot] as never;
  const name = `user-${made}`;
  const method = route.method.toUpperCase();
  let { path } = route;
  if (path.includes('{user}')) {
    users.add(by, { name, role: 'viewer', scope, password: 'none' });
    path = path.replace('{user}', name);
  }
  if (path.includes('{token}')) {
    const caller = { ...by, role: 'admin', scope: 'site', mustChangePassword: false } as const;
    const { token } = tokens.add(caller, { name, role: 'viewer', scope, days: 1 });
    path = path.replace('{token}', token.token);
  }
  path = path
    .replace('{lot}', lot)
    .replace('{overlay}', '0'.repeat(16))
    .replace('{sensor}', 'node-0')
    .replace('{control}', street.signs.controls.all()[0]?.id ?? '0'.repeat(16))
    .replace('{sign}', lot === 'counted' ? 'sign-counted' : 'sign')
    .replace('{no}', String(street.operations.alarmBook.holding[0]?.no ?? 999_999))
    .replace('{market}', 'market');
  const ranged = ['/history', '/occupancy', '/week', '/use', '/crowding', '/export/hours'];
  if (path.endsWith('/day')) path += '?day=2026-11-01';
  if (path.endsWith('/shown')) path += '?at=2026-11-01T00:00:00Z';
  if (ranged.some((end) => path.endsWith(end)))
    path += '?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z';
  const bodies: Readonly<Record<string, object>> = {
    'post /api/v1/operator/users': { name, role: 'viewer', scope },
    'patch /api/v1/operator/users/{user}': { role: 'viewer' },
    'post /api/v1/operator/tokens': { name, role: 'viewer', scope },
    'put /api/v1/account/password': { current: 'x', next: 'y' },
    'post /api/v1/operator/site/overlays': {
      change: { kind: 'lotOutOfService', lot },
    },
    'post /api/v1/operator/signs/{sign}/controls': { change: { kind: 'test' } },
    'post /api/v1/signs/{sign}/shown': { serial: 1, rows: ['parking'], sinceMs: 0, key: 'x' },
    'post /api/v1/operator/alarms/{no}/acknowledge': { note: 'on the way' },
    'post /api/v1/session': { name: 'nobody', password: 'x' },
  };
  return { path, method, body: bodies[`${route.method} ${route.path}`] };
}

export async function askExample(
  street: ServedStreet,
  { path, method, body }: ExampleRequest,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${street.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}
