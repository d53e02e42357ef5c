import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Site } from '#contract/site-check.ts';
import type { SiteHeader } from '#contract/site.ts';
import { launchBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { PHONE } from './browser-on-page.ts';
import { readSeed, servePage } from './served-page.ts';
import { pngOf, TILE_AT, waterArchive } from './tile-files.ts';

type TileSet = NonNullable<SiteHeader['tiles']>;

const NASTY = '© <b>Test</b> & <img src=x onerror=alert(1)> "tiles"';
const TILE = pngOf([120, 40, 200]);
const ARCHIVE = waterArchive(6);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => browser.close());

/** Somebody else's server: pictures of tiles, and an archive that is read in ranges. */
async function openTileServer() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? ''}`.trim());
    if (request.url?.endsWith('.pmtiles')) sendRange(request, response);
    else response.writeHead(200, { 'content-type': 'image/png' }).end(TILE);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function sendRange({ method, headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'range');
  if (method === 'OPTIONS') return void response.writeHead(204).end();
  const [, from = 0, to = 0] = (/bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? []).map(Number);
  const part = ARCHIVE.subarray(from, to + 1);
  response.setHeader('content-range', `bytes ${from}-${from + part.length - 1}/${ARCHIVE.length}`);
  response.writeHead(206, { 'content-type': 'application/vnd.pmtiles' }).end(part);
}

const siteWith = (tiles: TileSet | undefined): Site => {
  const site = readSeed();
  return { ...site, header: { ...site.header, ...(tiles && { tiles }) } };
};

/** Opens the page of a site with these tiles; gives back what it asked of whom, and its complaints. */
async function lookAt(
  tiles: TileSet | undefined,
  act: (page: Page, url: string, folder: string) => Promise<void>,
) {
  await using served = await servePage(siteWith(tiles));
  writeFileSync(join(served.street.folder, 'street.pmtiles'), ARCHIVE);
  const context = await browser.newContext({ ...PHONE, locale: 'en-GB' });
  const page = await context.newPage();
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  try {
    const answer = await page.goto(`${served.url}/m/nambu`);
    await page.locator('.lot-pin:not(.lot-pin-under)').first().waitFor();
    await act(page, served.url, served.street.folder);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    return { complaints, origins: [...origins].filter((each) => each !== served.url), policy };
  } finally {
    await context.close();
  }
}

/** The colour that most of the map's tiles show, of those that are drawn on a canvas. */
const colourOfTiles = async (page: Page) =>
  page.evaluate<string>(`(() => {
    const canvas = [...document.querySelectorAll('.leaflet-tile-pane canvas')].find((each) => each.width > 0);
    if (!canvas) return '';
    const { data } = canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
    return [...data].join();
  })()`);
/** Water, in the light flavour of the Protomaps style. */
const WATER = '128,222,234,255';

const creditOf = (page: Page) => page.locator('#map-attribution');

describe('a site with tiles', () => {
  test('as pictures shows them, names whom they are from as plain text, and lets in their origin alone', async () => {
    await using tiles = await openTileServer();
    const url = `${tiles.origin}/{z}/{x}/{y}.png`;
    const { complaints, origins, policy } = await lookAt(
      { kind: 'raster', url, attribution: NASTY },
      async (page) => {
        const shown = page.locator('img.leaflet-tile-loaded');
        await until(async () => (await shown.count()) >= 4);
        const width = await page.evaluate(
          "document.querySelector('img.leaflet-tile-loaded').naturalWidth",
        );
        expect(width).toBe(256);
        expect(await creditOf(page).textContent()).toBe(NASTY);
        expect(await creditOf(page).isVisible()).toBe(true);
        expect(await creditOf(page).locator('*').count()).toBe(0);
        const elsewhere = await page.evaluate<string>(
          `fetch('${tiles.origin}/1/1/1.png').then(() => 'let in', () => 'refused')`,
        );
        expect(elsewhere).toBe('refused');
      },
    );
    expect(tiles.asked.length).toBeGreaterThanOrEqual(4);
    expect(tiles.asked.every((asked) => /^\/\d+\/\d+\/\d+\.png$/.test(asked))).toBe(true);
    expect(origins).toEqual([tiles.origin]);
    expect(policy).toContain(`img-src 'self' data: ${tiles.origin};`);
    expect(policy).toContain("connect-src 'self';");
    // The one that this test provoked.
    expect(complaints.filter((text) => !text.includes('/1/1/1.png'))).toEqual([]);
  });

  test('as an archive elsewhere reads it in ranges, however deep it goes', async () => {
    await using tiles = await openTileServer();
    const url = `${tiles.origin}/water.pmtiles`;
    const { complaints, origins, policy } = await lookAt(
      { kind: 'pmtiles', url, attribution: NASTY },
      async (page) => {
        await until(async () => (await colourOfTiles(page)) === WATER);
        expect(await creditOf(page).textContent()).toBe(NASTY);
      },
    );
    expect(tiles.asked.every((asked) => asked.startsWith('/water.pmtiles bytes='))).toBe(true);
    expect(tiles.asked.some((asked) => asked.includes(`bytes=${TILE_AT}-`))).toBe(true);
    expect(origins).toEqual([tiles.origin]);
    expect(policy).toContain(`connect-src 'self' ${tiles.origin};`);
    expect(policy).toContain("img-src 'self' data:;");
    expect(complaints).toEqual([]);
  });

  test('as an archive in its own folder asks nobody else', async () => {
    const { complaints, origins, policy } = await lookAt(
      { kind: 'pmtiles', url: 'street.pmtiles', attribution: NASTY },
      async (page) => {
        await until(async () => (await colourOfTiles(page)) === WATER);
        expect(await creditOf(page).isVisible()).toBe(true);
      },
    );
    expect(origins).toEqual([]);
    expect(policy).toContain("connect-src 'self';");
    expect(complaints).toEqual([]);
  });

  test('that cannot be had still shows its lots', async () => {
    const tiles = { kind: 'pmtiles', url: '/nowhere.pmtiles', attribution: 'x' } as const;
    const { complaints, origins } = await lookAt(tiles, async (page) => {
      await page.locator('.feed-live').waitFor();
    });
    expect(origins).toEqual([]);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });
});

test('a site without tiles asks nobody else for anything', async () => {
  const { complaints, origins } = await lookAt(undefined, async (page) => {
    await page.locator('.feed-live').waitFor();
    await page.locator('[data-action=in]').click();
    await page.locator('#lot-nambu-riverside .lot-fold > summary').click();
    await page.locator('.with-bays').waitFor();
    expect(await creditOf(page).isHidden()).toBe(true);
  });
  expect(origins).toEqual([]);
  expect(complaints).toEqual([]);
});
