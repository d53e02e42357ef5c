import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadlines } from '#contract/deadlines.ts';
import { until } from '../support/until.ts';
import { CARD, DESK, LOT, openBrowserOnPage, PHONE } from './browser-on-page.ts';
import type { BrowserOnPage } from './browser-on-page.ts';

let on: BrowserOnPage;
beforeAll(async () => {
  on = await openBrowserOnPage();
});
afterAll(async () => on[Symbol.asyncDispose]());

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pinOf = async (page: Pick<Page, 'locator'>) =>
  page.locator(`${CARD} .pin`).first().textContent();
const WALL = { viewport: { width: 1280, height: 720 } } as const;

describe('a shop’s wall', () => {
  test('follows a lot, fits its screen, and shows no old number when the line is cut', async () => {
    const context = await on.browser.newContext({ ...WALL, locale: 'ko-KR' });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${on.served.url}/m/nambu/wall`);
    const before = Number(await pinOf(page));
    expect(before).toBeGreaterThan(3);
    on.served.fill(LOT, 62, 3);
    await until(async () => Number(await pinOf(page)) === before - 2, { withinMs: 5_000 });
    on.served.fill(LOT, 60, 3);
    const overflow = 'document.documentElement.scrollHeight - innerHeight';
    expect(await page.evaluate<number>(overflow)).toBeLessThanOrEqual(0);
    expect(await page.getByRole('img', { name: 'QR 코드' }).isVisible()).toBe(true);
    {
      using _frozen = on.served.freeze();
      await page.locator('.band-lost:not([hidden])').waitFor({ timeout: 8_000 });
      await page.clock.fastForward(deadlines.pageDelayedMs);
      await page.locator(`${CARD} .pin-noData`).waitFor();
      expect(await page.locator('.pin-plenty, .pin-few').count()).toBe(0);
    }
    await context.close();
  });
});

describe('a frame on a shop’s page', () => {
  test('shows the lots live on a page of another origin, and leads to the whole page', async () => {
    const shop = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<iframe src="${on.served.url}/embed/nambu?lang=ko" title="parking"></iframe>`);
    });
    await new Promise<void>((listening) => shop.listen(0, '127.0.0.1', listening));
    const context = await on.browser.newContext({ ...DESK, locale: 'ko-KR' });
    const page = await context.newPage();
    // Another name of the same machine is another origin.
    await page.goto(`http://localhost:${(shop.address() as AddressInfo).port}/`);
    const frame = page.frameLocator('iframe');
    await until(async () => /^\d+$/.test((await pinOf(frame)) ?? ''));
    const before = Number(await pinOf(frame));
    on.served.fill(LOT, 61, 3);
    await until(async () => Number(await pinOf(frame)) === before - 1, { withinMs: 5_000 });
    on.served.fill(LOT, 60, 3);
    const link = frame.getByRole('link', { name: '지도와 전체 목록 열기' });
    expect(await link.getAttribute('href')).toBe('/m/nambu?lang=ko');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await context.cookies()).toEqual([]);
    await context.close();
    await new Promise((closed) => shop.close(closed));
  });
});

describe('a poster', () => {
  test.each([
    ['ko', '전주남부시장 주차 빈자리', 'Free parking at Nambu Market'],
    ['en', 'Free parking at Nambu Market', '전주남부시장 주차 빈자리'],
  ])('in %s is one side of A4 with both languages and the code', async (language, own, beside) => {
    const options = { viewport: { width: 794, height: 1_123 } };
    await on.inPage(options, `/m/nambu/poster?lang=${language}`, async (page) => {
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(own);
      expect(await page.locator('main').textContent()).toContain(beside);
      expect(await page.locator('main').textContent()).toContain(`${on.served.url}/m/nambu`);
      const natural = await page.evaluate<number>(`document.querySelector('img').naturalWidth`);
      expect(natural).toBeGreaterThan(0);
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    });
  });

  test('has a code of black and white that says the address of the market’s page', async () => {
    const answer = await fetch(`${on.served.url}/m/nambu/qr.svg`);
    expect(answer.headers.get('content-type')).toContain('image/svg+xml');
    expect(await answer.text()).toMatch(/^<svg [^>]*viewBox="0 0 (\d+) \1"/);
    expect((await fetch(`${on.served.url}/m/nowhere/qr.svg`)).status).toBe(404);
  });
});

describe('accessibility rules', () => {
  const paths = ['/m/nambu/wall', '/embed/nambu', '/m/nambu/poster'];
  const cases = paths.flatMap((path) =>
    ['ko', 'en'].flatMap((language) =>
      (['light', 'dark'] as const).map((scheme) => [path, language, scheme] as const),
    ),
  );
  test.each(cases)('find nothing on %s in %s, %s', async (path, language, colorScheme) => {
    const device = path.startsWith('/embed') ? PHONE : WALL;
    await on.inPage({ ...device, colorScheme }, `${path}?lang=${language}`, async (page) => {
      await page.evaluate(axe);
      const violations = `axe.run(document).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`;
      expect(await page.evaluate<string[]>(violations)).toEqual([]);
    });
  });
});
