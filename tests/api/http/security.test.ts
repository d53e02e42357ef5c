import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { securityHeadersOf } from '#api/http/security.ts';
import { askExample, exampleRequest } from './example-requests.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { aStreet } from './street.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet({
    site: aStreet({ tiles: true }),
    config: { securityContact: 'mailto:security@parking.example' },
  });
});
afterAll(async () => street[Symbol.asyncDispose]());

const ask = async (path: string) => fetch(`${street.url}${path}`, { redirect: 'manual' });

/** A policy as its directives. */
function directivesOf(answer: Response): Record<string, string> {
  const policy = answer.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    policy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

describe('every answer', () => {
  test('of every route says what a browser may do with it, and is framed by nobody', async () => {
    const authorization = `Bearer ${street.token}`;
    for (const route of street.serving.routes) {
      const answer = await askExample(street, exampleRequest(street, route), { authorization });
      await answer.text();
      const { headers } = answer;
      const policy = directivesOf(answer);
      const framed = route.path.startsWith('/embed/');
      expect([route.path, policy['frame-ancestors']]).toEqual([
        route.path,
        framed ? '*' : "'none'",
      ]);
      expect([route.path, policy['default-src']]).toEqual([
        route.path,
        expect.stringMatching(/^'(none|self)'$/),
      ]);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect([route.path, headers.get('x-content-type-options')]).toEqual([route.path, 'nosniff']);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('x-frame-options')).toBe(framed ? null : 'DENY');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(headers.get('referrer-policy')).toMatch(
        /^(same-origin|strict-origin-when-cross-origin)$/,
      );
      // What is not the driver's page names no other host.
      const isMap = route.path === '/' || route.path === '/m/{market}';
      const namesTiles = headers.get('content-security-policy')?.includes('tiles.example');
      expect([route.path, namesTiles]).toEqual([route.path, isMap]);
      // Nobody gets a cookie but by logging in.
      expect([route.path, headers.get('set-cookie')?.includes('Max-Age=43200') ?? false]).toEqual([
        route.path,
        false,
      ]);
    }
  });

  test('of an address that is not there says so too', async () => {
    for (const path of ['/nothing', '/embedded', '/%65mbed/', '/console', '/api/v1/nothing']) {
      expect([path, directivesOf(await ask(path))['frame-ancestors']]).toEqual([path, "'none'"]);
    }
  });
});

describe('what others may frame', () => {
  test('stands under /embed alone, has no form, no cookie and no login, and takes none', async () => {
    const answer = await ask('/embed/market');
    expect(directivesOf(answer)).toMatchObject({
      'frame-ancestors': '*',
      'form-action': "'none'",
      'default-src': "'self'",
      // It has no map.
      'img-src': "'self' data:",
    });
    expect(answer.headers.get('x-frame-options')).toBeNull();
    expect(answer.headers.get('permissions-policy')).toContain('geolocation=()');
    for (const { path, access, method } of street.serving.routes) {
      const isOpen = access === 'public' || (access === 'page' && method === 'get');
      expect([path, path.startsWith('/embed') && !isOpen]).toEqual([path, false]);
    }
  });
});

test.each([
  ['raster', 'img-src', "'self' data: https://*.tiles.example"],
  ['pmtiles', 'connect-src', "'self' https://tiles.example"],
] as const)('%s tiles open %s to their origin and nothing else', (kind, directive, expected) => {
  const site = aStreet();
  const url =
    kind === 'raster'
      ? 'https://{s}.tiles.example/{z}/{x}/{y}.png'
      : 'https://tiles.example/a.pmtiles';
  const tiles = { kind, url, attribution: 'x' } as const;
  const headers = securityHeadersOf({ ...site, header: { ...site.header, tiles } });
  for (const path of ['/', '/m/market']) {
    const policy = headers(path)['Content-Security-Policy'] ?? '';
    expect(policy).toContain(`${directive} ${expected};`);
    expect(policy.match(/tiles\.example/g)).toHaveLength(1);
  }
  for (const path of [
    '/embed/x',
    '/m/market/wall',
    '/m/market/poster',
    '/m/market/qr.svg',
    '/m/market/link.png',
  ])
    expect(headers(path)['Content-Security-Policy']).not.toContain('tiles.example');
});

test('whom to tell of a weakness is where RFC 9116 says, as far as it is configured', async () => {
  const text = await (await ask('/.well-known/security.txt')).text();
  expect(text).toMatch(/^Contact: mailto:security@parking\.example\nExpires: 20\d\d-/);
  await using bare = await serveStreet();
  expect((await fetch(`${bare.url}/.well-known/security.txt`)).status).toBe(404);
});
