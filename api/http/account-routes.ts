import type * as z from 'zod';
import { AccountAnswer, LoginRequest, PasswordChange } from '#contract/access.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { Caller } from '../operations/caller.ts';
import type { ApiContext } from './context.ts';
import { callerOf, NEVER_STORED, routeWithBody } from './route.ts';
import type { Route } from './route.ts';
import { endedCookie, sessionCookie } from './session-cookie.ts';
import { JSON_MEDIA } from './site-routes.ts';
import type { Visit } from './visit.ts';

/** For programs: a session, and what is one's own. People have the pages /login and /account. */
export function accountRoutes({ operations }: ApiContext): Route[] {
  const shared = { cacheControl: NEVER_STORED, media: { [JSON_MEDIA]: AccountAnswer } } as const;
  const { logins, sessions } = operations;
  return [
    routeWithBody({
      ...shared,
      method: 'post',
      path: '/api/v1/session',
      primaryOnly: true,
      about: 'Logs in: the answer sets the session cookie.',
      access: 'page',
      body: LoginRequest,
      problems: [
        'invalid_request',
        'wrong_login',
        'needs_tls',
        'cross_site',
        'too_many_requests',
        'login_busy',
      ],
      answer: async ({ body, visit }) => {
        const way = safeWayOf(visit);
        const token = await logins.open(body.name, body.password, visit);
        const caller = sessions.callerOf(token, visit.address);
        return {
          kind: 'value',
          status: 201,
          value: accountAnswerOf(caller),
          headers: { 'Set-Cookie': sessionCookie(token, way) },
        };
      },
    }),
    {
      ...shared,
      method: 'delete',
      path: '/api/v1/session',
      primaryOnly: true,
      about: 'Logs out; whoever is not logged in stays so.',
      access: 'page',
      problems: ['cross_site'],
      answer: ({ caller, visit }) => {
        endSession(operations, caller);
        return { kind: 'nothing', headers: endedCookies(visit) };
      },
    },
    {
      ...shared,
      method: 'get',
      path: '/api/v1/account',
      about: 'Who asks, and what they may.',
      access: 'viewer',
      lots: 'none',
      problems: ['not_authorised'],
      answer: (asked) => ({ kind: 'value', value: accountAnswerOf(callerOf(asked)) }),
    },
    routeWithBody({
      ...shared,
      method: 'put',
      path: '/api/v1/account/password',
      primaryOnly: true,
      about: "Changes one's own password; one's other sessions end.",
      access: 'viewer',
      lots: 'none',
      body: PasswordChange,
      problems: [
        'invalid_request',
        'not_authorised',
        'wrong_login',
        'forbidden',
        'cross_site',
        'weak_password',
        'too_many_requests',
        'login_busy',
      ],
      answer: async (asked) => {
        const { body, visit } = asked;
        const caller = callerOf(asked);
        safeWayOf(visit);
        await logins.changePassword(caller, body.current, body.next, visit.source);
        return { kind: 'value', value: accountAnswerOf({ ...caller, mustChangePassword: false }) };
      },
    }),
  ];
}

/** Passwords and cookies cross no network that others can read. */
export function safeWayOf({ way }: Visit): 'tls' | 'loopback' {
  if (way !== 'plain') return way;
  throw new RejectedError(
    'needs_tls',
    'Come over TLS (a proxy that trustedProxies names), or directly on this machine.',
  );
}

/** Logging out is recorded, as logging in is. */
export function endSession(
  { sessions, audit }: ApiContext['operations'],
  caller: Caller | undefined,
): void {
  if (caller?.session === undefined) return;
  sessions.end(caller.session);
  audit.append(caller, { action: 'session.close', subject: caller.name });
}

export function endedCookies({ way }: Visit): Readonly<Record<string, string>> {
  return way === 'plain' ? {} : { 'Set-Cookie': endedCookie(way) };
}

export function accountAnswerOf(caller: Caller | undefined): z.infer<typeof AccountAnswer> {
  if (caller === undefined) throw new RejectedError('wrong_login', 'The session has ended.');
  const { name, kind, role, scope, mustChangePassword } = caller;
  return { name, kind, role, scope, mustChangePassword };
}
