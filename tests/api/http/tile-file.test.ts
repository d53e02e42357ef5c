import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SiteAnswer } from '#contract/http.ts';
import { Tiles } from '#contract/site.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { aStreet } from './street.ts';

const BYTES = Buffer.from(Array.from({ length: 40_000 }, (_, at) => at % 251));

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet({ site: aStreet({ tiles: 'file' }) });
  writeFileSync(join(street.folder, 'street.pmtiles'), BYTES);
  writeFileSync(join(street.folder, 'other.pmtiles'), 'secret');
  mkdirSync(join(street.folder, 'tiles'));
});
afterAll(async () => street[Symbol.asyncDispose]());

const PATH = '/tiles/street.pmtiles';
const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${street.url}${path}`, { headers, method });

/** The status of a path as it is written: `fetch` would tidy it up first. */
const statusOf = async (path: string) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(street.url);
    const asked = request({ hostname, port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });

describe('the tile file that a site names', () => {
  test('is what the site answers as its address', async () => {
    const site = SiteAnswer.parse(await (await ask('/api/v1/site')).json());
    expect(site.tiles?.url).toBe(PATH);
  });

  test('is given in the ranges that are asked for, as its bytes are', async () => {
    const part = await ask(PATH, { range: 'bytes=20000-20099', 'accept-encoding': 'br, gzip' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 20000-20099/40000');
    expect(part.headers.get('content-type')).toBe('application/vnd.pmtiles');
    expect(part.headers.get('content-encoding')).toBeNull();
    expect(Buffer.from(await part.arrayBuffer())).toEqual(BYTES.subarray(20_000, 20_100));
    const beyond = await ask(PATH, { range: 'bytes=39990-60000' });
    expect((await beyond.arrayBuffer()).byteLength).toBe(10);
    const whole = await ask(PATH);
    expect([whole.status, whole.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    expect((await whole.arrayBuffer()).byteLength).toBe(BYTES.length);
  });

  test('is not sent again to who has it', async () => {
    const first = await ask(PATH, {}, 'HEAD');
    const etag = first.headers.get('etag') ?? '';
    // Else fetch itself asks past every cache.
    const again = await ask(PATH, { 'if-none-match': etag, 'cache-control': 'max-age=0' });
    expect([first.status, again.status]).toEqual([200, 304]);
  });

  test('has no bytes behind its end, and says how many it has', async () => {
    const none = await ask(PATH, { range: 'bytes=40000-40010' });
    expect([none.status, none.headers.get('content-range')]).toEqual([416, 'bytes */40000']);
    expect(await none.json()).toMatchObject({ code: 'range_not_satisfiable' });
  });

  test('is the only file of its folder that can be had', async () => {
    symlinkSync('/etc/passwd', join(street.folder, 'tiles', 'street.pmtiles'));
    for (const path of [
      '/tiles/other.pmtiles',
      '/tiles/site.geojson',
      '/tiles/operator.token',
      '/tiles/..%2fstreet.pmtiles',
      '/tiles/.%2fstreet.pmtiles',
      '/tiles/../street.pmtiles',
      '/tiles/street.pmtiles/',
      '/tiles/STREET.pmtiles',
      '/tiles/street.pmtiles%00',
      '/tiles/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '/tiles/',
      '/street.pmtiles',
    ]) {
      const status = await statusOf(path);
      expect([path, status]).toEqual([path, path.endsWith('pmtiles/') ? 200 : 404]);
    }
    expect((await ask(PATH, {}, 'PUT')).status).toBe(405);
  });

  test('and that is gone is not there', async () => {
    await using bare = await serveStreet({ site: aStreet({ tiles: 'file' }) });
    rmSync(join(bare.folder, 'street.pmtiles'), { force: true });
    const answer = await fetch(`${bare.url}${PATH}`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'not_found' });
  });
});

test('a site without a tile file has no such address', async () => {
  await using bare = await serveStreet({ site: aStreet({ tiles: true }) });
  writeFileSync(join(bare.folder, 'street.pmtiles'), BYTES);
  expect((await fetch(`${bare.url}${PATH}`)).status).toBe(404);
});

test.each([
  ['raster', 'https://{s}.tiles.example/{z}/{x}/{y}.png', true],
  ['raster', '/tiles/{z}/{x}/{y}.png', true],
  ['raster', 'tiles/{z}/{x}/{y}.png', false],
  ['raster', "https://tiles.example 'unsafe-inline'/{z}", false],
  ['raster', 'javascript:alert(1)', false],
  ['pmtiles', 'https://tiles.example/street.pmtiles', true],
  ['pmtiles', 'street.pmtiles', true],
  ['pmtiles', '../street.pmtiles', false],
  ['pmtiles', '.street.pmtiles', false],
  ['pmtiles', 'street/a.pmtiles', false],
  ['pmtiles', 'site.geojson', false],
])('a site file may name %s tiles at %s: %s', (kind, url, may) => {
  expect(Tiles.safeParse({ kind, url, attribution: 'x' }).success).toBe(may);
});
