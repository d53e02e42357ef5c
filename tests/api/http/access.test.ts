import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS_ROLES } from '#contract/access.ts';
import type { AccessRole } from '#contract/access.ts';
import type { LotId } from '#contract/ids.ts';
import { Problem } from '#contract/problem.ts';
import type { Route } from '#api/http/route.ts';
import { sameOrigin, signIn } from '../operations/staff.ts';
import { askExample, exampleRequest } from './example-requests.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';

let street: ServedStreet;
const cookies = new Map<string, string>();
const OWN = 'full' as LotId;
const FOREIGN = 'counted' as LotId;

beforeAll(async () => {
  street = await serveStreet();
  for (const role of ACCESS_ROLES) {
    cookies.set(`${role} site`, signIn(street, `${role}-site`, role).cookie);
    cookies.set(`${role} lot`, signIn(street, `${role}-lot`, role, [OWN]).cookie);
  }
});
afterAll(async () => street[Symbol.asyncDispose]());

const guarded = (): readonly Route[] =>
  street.serving.routes.filter(({ access }) => access !== 'public' && access !== 'page');

/** Whether the table lets who has this role and reach ask this route at all. */
function mayAsk({ access, lots }: Route, role: AccessRole, reach: 'site' | 'lot'): boolean {
  const isEnough = ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(access as AccessRole);
  return isEnough && (reach === 'site' || lots !== undefined);
}

async function asked(route: Route, who: string, lot: LotId): Promise<string> {
  const answer = await askExample(street, exampleRequest(street, route, lot), {
    cookie: cookies.get(who) ?? '',
    ...sameOrigin(street),
  });
  if (answer.ok) {
    await answer.text();
    return 'ok';
  }
  return Problem.parse(await answer.json()).code;
}

/**
 * The password that the example sends is weak, and the site of these tests stands still: who gets so
 * far was let in.
 */
const LET_IN = [
  'ok',
  'weak_password',
  'unknown_overlay',
  'unknown_control',
  'unknown_alarm',
  'no_alarm_outlet',
  'invalid_request',
  'invalid_site',
  'internal',
];

describe('every route', () => {
  test.each(ACCESS_ROLES.flatMap((role) => [[role, 'site'] as const, [role, 'lot'] as const]))(
    'lets a %s of a %s do what the table says, and nothing else',
    async (role, reach) => {
      for (const route of guarded()) {
        const said = await asked(route, `${role} ${reach}`, OWN);
        const expected = mayAsk(route, role, reach) ? LET_IN : ['forbidden'];
        expect([route.method, route.path, expected.includes(said), said]).toEqual([
          route.method,
          route.path,
          true,
          said,
        ]);
      }
    },
  );

  test('is closed to who is nobody, and takes no cookie of another name or another time', async () => {
    const { cookie } = signIn(street, 'gone', 'admin');
    const digest = street.operations.sessions.callerOf(cookie.split('=')[1] ?? '', '')?.session;
    street.operations.sessions.end(digest ?? '');
    const live = cookies.get('admin site') ?? '';
    for (const each of [
      '',
      cookie,
      live.replace('binjari=', '__Host-binjari='),
      `${live}; ${live}`,
    ]) {
      for (const route of guarded()) {
        const answer = await askExample(street, exampleRequest(street, route), {
          cookie: each,
          ...sameOrigin(street),
        });
        expect([route.path, each.slice(0, 20), answer.status]).toEqual([
          route.path,
          each.slice(0, 20),
          401,
        ]);
        await answer.text();
      }
    }
  });

  test('refuses a foreign lot wherever one can be named', async () => {
    const refusals = new Set<string>();
    for (const route of guarded().filter(({ lots }) => lots === 'filtered')) {
      const namesLot = /\{(user|token|lot)\}/.test(route.path) || route.body !== undefined;
      if (!namesLot) continue;
      const said = await asked(route, 'admin lot', FOREIGN);
      refusals.add(`${route.method} ${route.path} ${said}`);
      expect(LET_IN).toContain(await asked(route, 'admin site', FOREIGN));
    }
    expect([...refusals].toSorted()).toEqual([
      'delete /api/v1/operator/tokens/{token} unknown_token',
      'get /api/v1/operator/lots/{lot}/day forbidden',
      'get /api/v1/operator/lots/{lot}/shown forbidden',
      'patch /api/v1/operator/users/{user} unknown_user',
      'post /api/v1/operator/alarms/{no}/acknowledge unknown_alarm',
      'post /api/v1/operator/signs/{sign}/controls unknown_sign',
      'post /api/v1/operator/site/overlays forbidden',
      'post /api/v1/operator/tokens forbidden',
      'post /api/v1/operator/users forbidden',
      'post /api/v1/operator/users/{user}/password unknown_user',
    ]);
  });

  test('that is filtered shows who has single lots nothing of another', async () => {
    const by = { kind: 'bootstrap', name: 'bootstrap', address: '::1' } as const;
    street.operations.users.add(by, {
      name: 'stranger',
      role: 'viewer',
      scope: [FOREIGN],
      password: 'none',
    });
    const stay = {
      arrivedAfter: 1,
      arrivedBefore: 1,
      departedAfter: null,
      departedBefore: null,
      bridged: false,
      anomalous: false,
      openLeft: false,
    };
    street.history.stayRows = [
      { ...stay, bay: 'full-1' as never, lot: OWN },
      { ...stay, bay: 'counted-1' as never, lot: FOREIGN },
    ];
    street.history.spanRows = [
      { bay: 'full-1' as never, from: 1, until: 2 },
      { bay: 'counted-1' as never, from: 1, until: 2 },
    ];
    for (const route of guarded().filter(
      ({ lots, method }) => lots === 'filtered' && method === 'get',
    )) {
      const texts = await Promise.all(
        ['admin lot', 'admin site'].map(async (who) => {
          const cookie = cookies.get(who) ?? '';
          return (await askExample(street, exampleRequest(street, route), { cookie })).text();
        }),
      );
      const isForeign = texts.map((text) => /counted|stranger|"site"/.test(text));
      // Where the whole site has nothing foreign to see either, all sensors are of the one lot.
      const hasForeign =
        !/sensors|gateways|overlays|curves|book|history|hours|day|shown|page$/.test(route.path);
      expect([route.path, ...isForeign]).toEqual([route.path, false, hasForeign]);
    }
    const foreign = signIn(street, 'foreign', 'viewer', [FOREIGN]);
    for (const what of ['sensors', 'gateways']) {
      const answer = await fetch(`${street.url}/api/v1/operator/${what}`, { headers: foreign });
      expect(await answer.json()).toMatchObject({ [what]: [] });
    }
  });
});

test('a role that is taken away ends the session that had it', async () => {
  const { cookie } = signIn(street, 'demoted', 'admin');
  const account = async () => fetch(`${street.url}/api/v1/account`, { headers: { cookie } });
  expect(await (await account()).json()).toMatchObject({ name: 'demoted', role: 'admin' });
  const by = { kind: 'bootstrap', name: 'bootstrap', address: '::1' } as const;
  street.operations.users.change(by, 'demoted', { role: 'viewer' });
  expect((await account()).status).toBe(401);
});

test('the last admin of the whole site cannot be taken away', async () => {
  await using bare = await serveStreet();
  const { cookie } = signIn(bare, 'only', 'admin');
  const answer = await fetch(`${bare.url}/api/v1/operator/users/only`, {
    method: 'PATCH',
    headers: { cookie, 'content-type': 'application/json', ...sameOrigin(bare) },
    body: JSON.stringify({ role: 'operator' }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'last_admin' }]);
});

describe('a change', () => {
  test.each([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from a neighbour of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['typed into the address bar', { 'sec-fetch-site': 'none' }],
    ['with the Origin of another site', { origin: 'https://evil.example' }],
    ['with the Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['with no Origin at all', {}],
    ['with the Origin null of a sandbox', { origin: 'null' }],
  ])(
    '%s is refused, whatever the cookie, on every route that changes something',
    async (_what, headers) => {
      const cookie = cookies.get('admin site') ?? '';
      const routes = street.serving.routes.filter(({ method }) => method !== 'get');
      expect(routes.length).toBeGreaterThan(8);
      for (const route of routes) {
        const answer = await askExample(street, exampleRequest(street, route), {
          cookie,
          ...headers,
        });
        expect([route.path, answer.status]).toEqual([route.path, 403]);
        await answer.text();
      }
    },
  );
});
