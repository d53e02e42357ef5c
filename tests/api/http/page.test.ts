import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { aStreet } from './street.ts';

/** A build as the web room makes one, small enough to read: it writes what it was given. */
const RENDERER = `
export const languages = ['ko', 'en', 'ja'];
export const styleSource = 'sha256-c3R5bGU=';
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

const STYLE = 'p { margin: 0 }\n'.repeat(200);

function build(folder: string): string {
  const web = join(folder, 'web');
  const files: Record<string, string | Buffer> = {
    'server/package.json': '{"type":"module"}',
    'server/render.js': RENDERER,
    'client/sw.js': 'self.skipWaiting()',
    'client/manifest.webmanifest': '{}',
    'client/assets/app-3f2a.js': 'document.title',
    'client/assets/text-77c0.css': STYLE,
    'client/assets/text-77c0.css.br': brotliCompressSync(STYLE),
    'client/assets/text-77c0.css.gz': gzipSync(STYLE),
    'client/assets/old-1b1b.css': STYLE,
    'client/assets/old-1b1b.css.gz': gzipSync(STYLE),
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

interface Raw {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As it travels: `fetch` decompresses. */
const rawly = async (path: string, headers: Record<string, string>): Promise<Raw> =>
  new Promise((resolve, reject) => {
    get(`${street.url}${path}`, { headers }, (answer) => {
      const { statusCode: status } = answer;
      buffer(answer).then((body) => resolve({ status, headers: answer.headers, body }), reject);
    }).on('error', reject);
  });

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
      // The style that stands in it.
      "style-src 'self' 'sha256-c3R5bGU='",
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

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.1, gzip', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['gzip;q=0.5', 'gzip'],
    ['*', 'br'],
    ['identity', undefined],
    ['zstd', undefined],
    ['', undefined],
  ])(
    'is sent to who accepts "%s" as %s, as the build has compressed it',
    async (accepted, coding) => {
      const { headers, body } = await rawly('/assets/text-77c0.css', {
        'accept-encoding': accepted,
      });
      expect(headers['content-encoding']).toBe(coding);
      expect(headers['content-length']).toBe(String(body.length));
      expect(headers['content-type']).toBe('text/css; charset=utf-8');
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers.vary).toBe('Accept-Encoding');
      const plain = coding === 'br' ? brotliDecompressSync(body) : coding ? gunzipSync(body) : body;
      expect(plain.toString()).toBe(STYLE);
    },
  );

  test('travels as the next best where the build lacks a form of it', async () => {
    const headers = { 'accept-encoding': 'gzip, br' };
    const answer = await rawly('/assets/old-1b1b.css?v=1', headers);
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(answer.body).toString()).toBe(STYLE);
  });

  test('has an ETag for each form, which is not sent again; its head says the same', async () => {
    const path = '/assets/text-77c0.css';
    const etags = new Set<string>();
    for (const coding of ['br', 'gzip', 'identity']) {
      const accept = { 'accept-encoding': coding };
      const { headers } = await rawly(path, accept);
      const etag = headers.etag ?? '';
      etags.add(etag);
      const again = await rawly(path, { ...accept, 'if-none-match': etag });
      expect([again.status, again.body.length]).toEqual([304, 0]);
      expect([again.headers.etag, again.headers.vary]).toEqual([etag, 'Accept-Encoding']);
      const head = await fetch(`${street.url}${path}`, { method: 'HEAD', headers: accept });
      for (const name of ['content-length', 'content-type', 'content-encoding', 'etag'] as const) {
        expect([name, head.headers.get(name)]).toEqual([name, headers[name] ?? null]);
      }
    }
    expect(etags.size).toBe(3);
  });

  test('is given in ranges of the form that is asked for', async () => {
    const path = '/assets/text-77c0.css';
    const whole = await rawly(path, { 'accept-encoding': 'br' });
    const part = await rawly(path, { 'accept-encoding': 'br', range: 'bytes=2-5' });
    expect([part.status, part.headers['content-encoding']]).toEqual([206, 'br']);
    expect(part.headers['content-range']).toBe(`bytes 2-5/${whole.body.length}`);
    expect(part.body).toEqual(whole.body.subarray(2, 6));
    const beyond = await rawly(path, { 'accept-encoding': 'br', range: 'bytes=99999-' });
    expect([beyond.status, beyond.headers['content-encoding']]).toEqual([416, undefined]);
  });

  test('has no address of its own in a compressed form', async () => {
    for (const ending of ['br', 'gz']) {
      expect((await ask(`/assets/text-77c0.css.${ending}`)).status).toBe(404);
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
