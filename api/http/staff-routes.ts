import * as z from 'zod';
import {
  AuditRow,
  NewToken,
  NewUser,
  TokenAnswer,
  TokenMade,
  TokensAnswer,
  UserAnswer,
  UserChange,
  UserMade,
  UsersAnswer,
} from '#contract/access.ts';
import type { AccessScope } from '#contract/access.ts';
import { RejectedError } from '#runtime/errors.ts';
import { coversScope } from '../operations/caller.ts';
import type { Caller } from '../operations/caller.ts';
import { userAnswerOf } from '../operations/users.ts';
import type { ApiContext } from './context.ts';
import { ExportQuery, ROWS_MEDIA, windowOf } from './export-window.ts';
import { callerOf, NEVER_STORED, routeWithBody, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA, lotOf } from './site-routes.ts';

/** Who may what: an admin gives it, within the lots that are their own. */
export function staffRoutes(context: ApiContext): Route[] {
  const { users, tokens, audit, logins } = context.operations;
  const admin = { access: 'admin', cacheControl: NEVER_STORED } as const;
  const within = { ...admin, lots: 'filtered' } as const;
  const refusals = ['not_authorised', 'forbidden', 'cross_site'] as const;
  const named = z.object({ user: z.string().max(40) });

  /** A scope that is given away must lie within one's own, and its lots must be there. */
  const given = (caller: Caller, scope: AccessScope): AccessScope => {
    if (scope !== 'site') for (const lot of scope) lotOf(context.index, lot);
    return refuseBeyond(caller, scope);
  };
  /** A user within one's own lots; others are as if they were not there. */
  const userOf = (caller: Caller, name: string | undefined): string => {
    const user = users.find(name ?? '');
    if (user && coversScope(caller.scope, user.scope)) return user.name;
    throw new RejectedError('unknown_user', `No user "${name ?? ''}" here.`);
  };

  return [
    {
      ...within,
      method: 'get',
      path: '/api/v1/operator/users',
      about: 'People who log in, with their roles.',
      media: { [JSON_MEDIA]: UsersAnswer },
      problems: ['not_authorised', 'forbidden'],
      answer: (asked) => {
        const { scope } = callerOf(asked);
        const mine = users.all().filter((user) => coversScope(scope, user.scope));
        return { kind: 'value', value: { users: mine.map(userAnswerOf) } };
      },
    },
    routeWithBody({
      ...within,
      method: 'post',
      path: '/api/v1/operator/users',
      primaryOnly: true,
      about: 'A new user; the answer has the first password, which must be changed at first login.',
      body: NewUser,
      media: { [JSON_MEDIA]: UserMade },
      problems: [...refusals, 'invalid_request', 'unknown_lot', 'name_taken', 'login_busy'],
      answer: async (asked) => {
        const caller = callerOf(asked);
        const { name, role } = asked.body;
        const scope = given(caller, asked.body.scope);
        const { password, hash } = await logins.firstPassword();
        const user = users.add(caller, { name, role, scope, password: hash });
        return { kind: 'value', status: 201, value: { user: userAnswerOf(user), password } };
      },
    }),
    routeWithBody({
      ...within,
      method: 'patch',
      path: '/api/v1/operator/users/{user}',
      primaryOnly: true,
      about: "A user's role, scope, or whether they may log in; their sessions end.",
      params: named,
      body: UserChange,
      media: { [JSON_MEDIA]: UserAnswer },
      problems: [...refusals, 'invalid_request', 'unknown_lot', 'unknown_user', 'last_admin'],
      answer: (asked) => {
        const caller = callerOf(asked);
        const name = userOf(caller, asked.params['user']);
        if (asked.body.scope !== undefined) given(caller, asked.body.scope);
        return { kind: 'value', value: userAnswerOf(users.change(caller, name, asked.body)) };
      },
    }),
    {
      ...within,
      method: 'post',
      path: '/api/v1/operator/users/{user}/password',
      primaryOnly: true,
      about: 'Another first password for a user; their sessions end.',
      params: named,
      media: { [JSON_MEDIA]: UserMade },
      problems: [...refusals, 'unknown_user', 'login_busy'],
      answer: async (asked) => {
        const caller = callerOf(asked);
        const name = userOf(caller, asked.params['user']);
        const { password, hash } = await logins.firstPassword();
        const user = users.resetPassword(caller, name, hash);
        return { kind: 'value', status: 201, value: { user: userAnswerOf(user), password } };
      },
    },
    {
      ...within,
      method: 'get',
      path: '/api/v1/operator/tokens',
      about: 'Tokens of machines, with their roles and last uses; never their secrets.',
      media: { [JSON_MEDIA]: TokensAnswer },
      problems: ['not_authorised', 'forbidden'],
      answer: (asked) => {
        const { scope } = callerOf(asked);
        const mine = tokens.all().filter((token) => coversScope(scope, token.scope));
        return { kind: 'value', value: { tokens: mine } };
      },
    },
    routeWithBody({
      ...within,
      method: 'post',
      path: '/api/v1/operator/tokens',
      primaryOnly: true,
      about: 'A token for a machine; the answer has its secret, said once.',
      body: NewToken,
      media: { [JSON_MEDIA]: TokenMade },
      problems: [...refusals, 'invalid_request', 'unknown_lot'],
      answer: (asked) => {
        const caller = callerOf(asked);
        const scope = given(caller, asked.body.scope);
        const made = tokens.add(caller, { ...asked.body, scope });
        return { kind: 'value', status: 201, value: made };
      },
    }),
    {
      ...within,
      method: 'delete',
      path: '/api/v1/operator/tokens/{token}',
      primaryOnly: true,
      about: 'Revokes a token, at once.',
      params: z.object({ token: z.string().max(40) }),
      media: { [JSON_MEDIA]: TokenAnswer },
      problems: [...refusals, 'unknown_token'],
      answer: (asked) => {
        const caller = callerOf(asked);
        const token = tokens.find(asked.params['token'] ?? '');
        if (token === undefined || !coversScope(caller.scope, token.scope)) {
          throw new RejectedError('unknown_token', 'No such token here.');
        }
        return { kind: 'value', value: tokens.revoke(caller, token.token) };
      },
    },
    routeWithQuery({
      ...admin,
      method: 'get',
      path: '/api/v1/operator/audit',
      about: 'Who did what, from where, in order: changes, logins, looks at single stays.',
      query: ExportQuery,
      recordedAs: 'audit.read',
      media: { [ROWS_MEDIA]: AuditRow },
      problems: ['invalid_request', 'not_authorised', 'forbidden'],
      answer: ({ query }) => ({ kind: 'rows', rows: inTurns(audit.rows(windowOf(query))) }),
    }),
  ];
}

function refuseBeyond({ scope: own }: Caller, scope: AccessScope): AccessScope {
  if (coversScope(own, scope)) return scope;
  throw new RejectedError('forbidden', 'You can give lots of your own only.');
}

async function* inTurns<T>(rows: Iterable<T>): AsyncGenerator<T> {
  yield* rows;
}
