import type { AccessRole, AccessScope } from '#contract/access.ts';
import type { ServedStreet } from '../http/served-street.ts';

export const PASSWORD = 'a long walk by the river';
const BY = { kind: 'bootstrap', name: 'bootstrap', address: '127.0.0.1' } as const;

/** A user with a session of their own, without the half second that a password takes. */
export function signIn(
  { operations }: Pick<ServedStreet, 'operations'>,
  name: string,
  role: AccessRole,
  scope: AccessScope = 'site',
): { readonly cookie: string } {
  const { users, sessions } = operations;
  users.add(BY, { name, role, scope, password: 'none' });
  const opened = sessions.open(name, '127.0.0.1');
  const caller = sessions.callerOf(opened, '127.0.0.1');
  // A password of one's own; which one does not matter here.
  users.changePassword(BY, name, 'none', caller?.session ?? '');
  return { cookie: `binjari=${opened}` };
}

/** What a browser adds to a request of a page of ours. */
export const sameOrigin = ({ url }: Pick<ServedStreet, 'url'>) => ({
  origin: url,
  'sec-fetch-site': 'same-origin',
});
