import { ACCESS_ROLES } from '#contract/access.ts';
import type { AccessRole, AccessScope } from '#contract/access.ts';
import type { LotId } from '#contract/ids.ts';

/** Who asks, from where, and what they may. */
export interface Caller {
  /** `bootstrap`: who holds the machine's own token file. */
  readonly kind: 'user' | 'token' | 'bootstrap';
  readonly name: string;
  readonly role: AccessRole;
  readonly scope: AccessScope;
  /** The network address that the request is believed to come from. */
  readonly address: string;
  readonly mustChangePassword: boolean;
  /** The digest of the session's token, where there is one. */
  readonly session?: string;
}

/** As the audit log names them. */
export function actorOf({ kind, name }: Pick<Caller, 'kind' | 'name'>): string {
  return kind === 'bootstrap' ? kind : `${kind}:${name}`;
}

export function hasRole({ role }: Pick<Caller, 'role'>, least: AccessRole): boolean {
  return ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(least);
}

export function coversLot(scope: AccessScope, lot: LotId | null): boolean {
  return scope === 'site' || (lot !== null && scope.includes(lot));
}

/** Whether all of `inner` lies within `outer`: nobody gives away what they do not have. */
export function coversScope(outer: AccessScope, inner: AccessScope): boolean {
  return outer === 'site' || (inner !== 'site' && inner.every((lot) => outer.includes(lot)));
}
