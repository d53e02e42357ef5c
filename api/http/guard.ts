import type { IncomingMessage } from 'node:http';
import { RejectedError } from '#runtime/errors.ts';
import { hasRole } from '../operations/caller.ts';
import type { Caller } from '../operations/caller.ts';
import type { Operations } from '../operations/open-operations.ts';
import type { OperatorToken } from './operator-token.ts';
import type { Route } from './route.ts';
import { kindOf } from './security.ts';
import { sessionTokenOf } from './session-cookie.ts';
import type { Visit } from './visit.ts';

export interface GuardParts {
  readonly token: OperatorToken;
  readonly operations: Pick<Operations, 'sessions' | 'tokens'>;
}

/** Decides for every request who asks, and whether they may. */
export class Guard {
  readonly #parts: GuardParts;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /**
   * Who asks; undefined: nobody whom we know, which is enough for what everybody may. Throws
   * RejectedError: `not_authorised`, `forbidden`, `cross_site`, `password_change_needed`.
   */
  admit(route: Route, request: IncomingMessage, visit: Visit): Caller | undefined {
    const changes = route.method !== 'get';
    const bearer = request.headers.authorization;
    if (changes) refuseOtherSites(request, visit, bearer !== undefined);
    // What others may frame has no cookie and no login.
    if (route.access === 'public' || kindOf(route.path) === 'embed') return undefined;
    const caller = this.#callerOf(request, visit);
    if (route.access === 'page') return caller;
    if (caller === undefined) {
      throw new RejectedError(
        'not_authorised',
        'Log in at /login, or send the header "Authorization: Bearer <token>".',
      );
    }
    if (caller.mustChangePassword && route.lots !== 'none') {
      throw new RejectedError('password_change_needed', 'Set a password of your own at /account.');
    }
    if (!hasRole(caller, route.access)) {
      throw new RejectedError('forbidden', `This needs the role ${route.access}.`);
    }
    if (route.lots === undefined && caller.scope !== 'site') {
      throw new RejectedError('forbidden', 'This is of the whole site; yours are single lots.');
    }
    return caller;
  }

  #callerOf(request: IncomingMessage, visit: Visit): Caller | undefined {
    const { token, operations } = this.#parts;
    const { authorization, cookie } = request.headers;
    const { address } = visit;
    if (authorization !== undefined) {
      if (token.admits(authorization)) return bootstrap(address);
      const secret = /^Bearer ([\w-]{1,256})$/i.exec(authorization)?.[1];
      // Who sends a wrong token is told so, whatever else the browser has.
      return secret === undefined ? undefined : operations.tokens.callerOf(secret, address);
    }
    const session = sessionTokenOf(cookie, visit);
    return session === undefined ? undefined : operations.sessions.callerOf(session, address);
  }
}

function bootstrap(address: string): Caller {
  return {
    kind: 'bootstrap',
    name: 'bootstrap',
    role: 'admin',
    scope: 'site',
    address,
    mustChangePassword: false,
  };
}

/**
 * A change must come from our own pages (OWASP, "Fetch Metadata" and "Verifying Origin"). A bearer
 * token is nothing that a browser adds by itself: who sends one need not say where from.
 */
function refuseOtherSites(request: IncomingMessage, visit: Visit, hasBearer: boolean): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const isOwnSite = site === undefined || site === 'same-origin';
  const isOwnOrigin = origin === undefined || visit.origins.includes(origin.toLowerCase());
  const isProven = site !== undefined || origin !== undefined || hasBearer;
  if (isOwnSite && isOwnOrigin && isProven) return;
  throw new RejectedError('cross_site', 'A change is taken from the pages of this site only.');
}
