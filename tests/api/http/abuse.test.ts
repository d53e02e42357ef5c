import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '#contract/problem.ts';
import type { Route } from '#api/http/route.ts';
import { sameOrigin, signIn } from '../operations/staff.ts';
import { askExample, exampleRequest } from './example-requests.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet();
});
afterAll(async () => street[Symbol.asyncDispose]());

const deep = `${'['.repeat(7_000)}${']'.repeat(7_000)}`;
const HOSTILE_JSON: readonly string[] = [
  '{"__proto__":{"role":"admin"}}',
  '{"name":"kim","role":"viewer","__proto__":{"scope":"site"}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"name":{"toString":"x"},"role":"viewer"}',
  '{"name":["kim"],"role":"viewer"}',
  '{"name":"kim","role":"root"}',
  '{"name":"kim","role":"__proto__"}',
  '{"name":"kim","role":"viewer","scope":["__proto__"]}',
  '{"name":"kim\\u0000","role":"viewer"}',
  '{"name":"../../etc","role":"viewer","days":0}',
  '{"name":"kim","role":"viewer","scope":[]}',
  '{"name":"kim","role":"viewer","extra":1}',
  '{"name":1e999,"role":"viewer"}',
  '[]',
  'null',
  '""',
  '0',
  'true',
  '{',
  '{"a":',
  'NaN',
  '\u0000',
  '{"a":1}{"b":2}',
  deep,
  `{"name":"${'k'.repeat(15_000)}","role":"viewer"}`,
];
const HOSTILE_PATHS: readonly string[] = [
  '/..',
  '/../..',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/..%5c..%5cetc%5cpasswd',
  '/assets/../../server/render.js',
  '/assets/..%2f..%2fserver%2frender.js',
  '/.git/config',
  '/.env',
  '/operator.token',
  '/data/operator.token',
  '/operations.sqlite',
  '/%00',
  '/a%00.js',
  '/%c0%ae%c0%ae/',
  '//etc/passwd',
  '/\\..\\..',
  '/tiles/..%2foperator.token',
  '/m/..%2f..',
  '/m/__proto__',
  '/m/constructor',
  '/api/v1/lots/__proto__',
  '/api/v1/lots/constructor',
  '/api/v1/lots/toString/history',
  '/api/v1/lots/%2e%2e',
  '/api/v1/lots/full%2f..%2fbare',
  '/api/v1/bays?lot=__proto__',
  '/api/v1/live?channel=lot:__proto__',
  '/api/v1/live?channel=constructor',
  '/api/v1/bays?lot[__proto__]=1',
  `/${'a/'.repeat(900)}`,
  `/api/v1/bays?lot=${'(a+)+$'.repeat(100)}`,
  '/login?lang=__proto__',
  '/login?said=<script>',
  '/account?lang[]=ko',
  '/api/v1/operator/users/__proto__',
  '/api/v1/operator/tokens/..%2f..',
  '/docs/../api/v1/operator/users',
];

/** Nothing of the inside may come out. */
function expectNothingOfTheInside(text: string): void {
  expect(text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|SQLITE|root:x:0|\/work|Error:/);
}

const takesJson = ({ body, path }: Route): boolean =>
  body?.media === 'application/json' && !path.includes('/overlays');

describe('hostile JSON', () => {
  test('is a problem of who sent it, on every route that takes any', async () => {
    const headers = {
      authorization: `Bearer ${street.token}`,
      'content-type': 'application/json',
    };
    const before = street.operations.users.all().length;
    for (const route of street.serving.routes.filter(takesJson)) {
      const { path, method } = exampleRequest(street, route);
      const users = street.operations.users.all().length;
      for (const body of HOSTILE_JSON) {
        const answer = await fetch(`${street.url}${path}`, { method, headers, body });
        const problem = Problem.parse(await answer.json());
        expect([route.path, body.slice(0, 60), problem.status]).toEqual([
          route.path,
          body.slice(0, 60),
          expect.toBeOneOf([400, 404]),
        ]);
        expectNothingOfTheInside(JSON.stringify(problem));
      }
      expect(street.operations.users.all()).toHaveLength(users);
    }
    expect(street.operations.users.all().length).toBeGreaterThanOrEqual(before);
    expect(({} as Record<string, unknown>)['role']).toBeUndefined();
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  test('of another kind, or another length, than it says is none', async () => {
    const ask = async (type: string, body: string | Buffer, encoding = 'identity') =>
      fetch(`${street.url}/api/v1/operator/tokens`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${street.token}`,
          'content-type': type,
          'content-encoding': encoding,
        },
        body,
      });
    const good = '{"name":"x","role":"viewer"}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expect([type, (await ask(type, good)).status]).toEqual([type, 415]);
    }
    expect((await ask('application/json', Buffer.from([0x7b, 0xff, 0x7d]))).status).toBe(400);
    expect((await ask('application/json', 'x'.repeat(16 * 1024 + 1))).status).toBe(413);
    expect((await ask('application/json', good, 'gzip')).status).toBe(415);
  });
});

test('a path or query, whatever its tricks, gives a page, a problem, and nothing of the inside', async () => {
  for (const path of HOSTILE_PATHS) {
    const text = await answerTo(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
    expect([path.slice(0, 60), status]).toEqual([
      path.slice(0, 60),
      expect.toBeOneOf([200, 303, 400, 401, 404, 405, 414, 503]),
    ]);
    expectNothingOfTheInside(text);
  }
  const long = await answerTo(
    `GET /api/v1/lots?${'x'.repeat(3_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  expect(long).toMatch(/^HTTP\/1\.1 414 .*"code":"url_too_long"/s);
});

test('headers, whatever they say, change nobody’s rights and break nothing', async () => {
  const { cookie } = signIn(street, 'viewer', 'viewer');
  const users = street.serving.routes.find(
    ({ path, method }) => path.endsWith('/users') && method === 'get',
  );
  if (!users) throw new Error('no route of users');
  for (const headers of [
    { 'x-http-method-override': 'DELETE' },
    { 'x-original-url': '/api/v1/operator/users' },
    { 'x-rewrite-url': '/api/v1/operator/users' },
    { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    { forwarded: 'for=127.0.0.1;proto=https;host=evil.example' },
    { authorization: 'Bearer null', cookie },
    { authorization: 'Basic YWRtaW46YWRtaW4=', cookie },
    { authorization: `Bearer ${'x'.repeat(5_000)}` },
    { authorization: 'Bearer bnj_undefined' },
    { cookie: `${cookie}; role=admin; __proto__=admin` },
    { cookie: 'binjari=__proto__' },
    { cookie: `binjari=${"' OR 1=1 --".padEnd(43, 'x')}` },
    { accept: `${'text/html,'.repeat(200)}*/*` },
    { 'accept-language': `${'ko;q=0.5,'.repeat(200)}xx` },
    { range: 'bytes=0-,-1,5-4' },
    { 'if-none-match': '"'.repeat(500) },
  ]) {
    const answer = await askExample(street, exampleRequest(street, users), headers);
    expect([JSON.stringify(headers).slice(0, 60), answer.status]).toEqual([
      JSON.stringify(headers).slice(0, 60),
      expect.toBeOneOf([401, 403]),
    ]);
    expectNothingOfTheInside(await answer.text());
  }
  for (const host of ['evil.example', '127.0.0.1.evil.example']) {
    const text = await answerTo(
      `GET /login HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(text).not.toContain(host);
  }
});

test('a request that is smuggled, doubled or never ends is refused', async () => {
  for (const [bytes, status] of [
    [
      'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde', 400],
    ['GET / HTTP/1.1\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: x\r\nA\u0000: b\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: x\r\n${'Abcdef: ghijkl\r\n'.repeat(2_000)}\r\n`, 431],
  ] as const) {
    expect(await answerTo(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  }
  expect((await fetch(`${street.url}/healthz`, { headers: sameOrigin(street) })).status).toBe(200);
});

/** What comes back for bytes that no HTTP client would send. */
async function answerTo(bytes: string): Promise<string> {
  const { hostname, port } = new URL(street.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('utf8');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}
