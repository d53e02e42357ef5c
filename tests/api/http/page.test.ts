import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { aStreet } from './street.ts';

/** A build as the web room makes one, small enough to read: it writes what it was given. */
const RENDERER = `
export const languages = ['ko', 'en', 'ja'];
export const consoleLanguages = ['ko', 'en'];
export function renderConsole({ language, account }) {
  return '<!doctype html><html lang="' + language + '"><p>' + account.name + ' ' + account.role + '</p></html>';
}
export const renderSignPage = ({ sign }) => '<!doctype html><title>' + sign + '</title>';
export function renderPage(input) {
  const { language, site, market, lots } = input;
  return '<!doctype html><html lang="' + language + '"><title>' + site.site + '</title>' +
    '<p id="market">' + (market ?? 'first') + '</p>' +
    lots.map((lot) => '<li>' + lot.lot + ' ' + lot.vacant + '</li>').join('') + '</html>';
}
`;

function build(folder: string): string {
  const web = join(folder, 'web');
  const files: Record<string, string> = {
    'server/package.json': '{"type":"module"}',
    'server/render.js': RENDERER,
    'client/sw.js': 'self.skipWaiting()',
    'client/manifest.webmanifest': '{}',
    'client/assets/app-3f2a.js': 'document.title',
    'client/.secret': 'hidden',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(web, name, '..'), { recursive: true });
    writeFileSync(join(web, name), text);
  }
  return web;
}

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet({ site: aStreet({ tiles: true }), webFolder: build });
});
afterAll(async () => street[Symbol.asyncDispose]());

const ask = async (path: string, headers: Record<string, string> = {}) =>
  fetch(`${street.url}${path}`, { headers, redirect: 'manual' });

describe('the page', () => {
  test('is written by the server with what is known of each lot', async () => {
    street.liveState.set([['full-2', 'vacant']], Date.now());
    const answer = await ask('/');
    const html = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toContain('<li>full 1</li>');
    expect(html).toContain('<p id="market">first</p>');
    expect(await (await ask('/m/market')).text()).toContain('<p id="market">market</p>');
    expect((await ask('/m/nowhere')).status).toBe(404);
  });

  test.each([
    ['the browser asks for Korean', 'ko-KR,ko;q=0.9,en;q=0.5', '/', 'ko'],
    ['the browser prefers a language that the page has', 'fr,ja;q=0.9,ko;q=0.1', '/', 'ja'],
    ['the browser asks for none that the page has', 'fr', '/', 'en'],
    ['the browser does not care', '*', '/', 'ko'],
    ['the link names a language', 'en', '/?lang=ko&utm_source=poster', 'ko'],
    ['the link names a language that the page does not have', 'ko', '/?lang=xx', 'ko'],
  ])('when %s: %s at %s is %s', async (_when, accepted, path, language) => {
    const answer = await ask(path, { 'accept-language': accepted });
    expect(answer.headers.get('content-language')).toBe(language);
    expect(answer.headers.get('vary')).toContain('Accept-Language');
    expect(await answer.text()).toContain(`<html lang="${language}">`);
  });

  test('may load its own files and the site’s tiles, run nothing inline, and stand in no frame', async () => {
    const policy = (await ask('/')).headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'self'",
      "img-src 'self' data: https://*.tiles.example",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]);
    expect(policy).not.toContain('unsafe');
  });

  test('is written once for all who ask within the same second', async () => {
    const headers = { 'accept-language': 'ja' };
    const [one, other] = await Promise.all([ask('/', headers), ask('/', headers)]);
    expect(await one.text()).toBe(await other.text());
    expect(one.headers.get('etag')).toBe(other.headers.get('etag'));
    street.liveState.set(
      [
        ['full-2', 'vacant'],
        ['full-3', 'vacant'],
      ],
      Date.now(),
    );
    await until(async () => (await (await ask('/', headers)).text()).includes('<li>full 2</li>'));
  });

  test('is asked for anew each time and sent only when it changed', async () => {
    const first = await ask('/', { 'accept-language': 'ko' });
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag') ?? '';
    const again = await ask('/', { 'accept-language': 'ko', 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.headers.get('content-language')).toBe('ko');
  });
});

describe('a file of the build', () => {
  test('that is named by its content is kept for ever; the others are asked for anew', async () => {
    const hashed = await ask('/assets/app-3f2a.js');
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const path of ['/sw.js', '/manifest.webmanifest']) {
      const answer = await ask(path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
  });

  test('that begins with a dot, or lies elsewhere, is not there', async () => {
    for (const path of [
      '/.secret',
      '/../server/render.js',
      '/..%2fserver%2frender.js',
      '/assets',
    ]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
  });
});

test('without a build the page says so, and is there as soon as it is built', async () => {
  await using bare = await serveStreet();
  const missing = await fetch(`${bare.url}/`);
  expect(missing.status).toBe(503);
  expect(await missing.json()).toMatchObject({
    code: 'not_ready',
    detail: expect.stringContaining('npm run build'),
  });
  build(bare.folder);
  expect((await fetch(`${bare.url}/`)).status).toBe(200);
});
