import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadlines } from '#contract/deadlines.ts';
import { until } from '../support/until.ts';
import { CARD, DESK, isLive, LOT, openBrowserOnPage, PHONE, pixelsOf } from './browser-on-page.ts';
import type { BrowserOnPage } from './browser-on-page.ts';

let on: BrowserOnPage;
beforeAll(async () => {
  on = await openBrowserOnPage();
});
afterAll(async () => on[Symbol.asyncDispose]());

const numberOf = async (page: Page) => page.locator(`${CARD} .pin`).first().textContent();
describe('a driver with a phone', () => {
  test('reads the numbers of the list, and sees a change when it happens', async () => {
    await on.inPage({ ...PHONE, locale: 'ko-KR' }, '/m/nambu', async (page) => {
      await isLive(page);
      const text = (await page.locator(CARD).textContent()) ?? '';
      expect(text).toContain('433면 가운데 96면 감지');
      expect(text).toContain('2시간 2,400원');
      expect(text).toMatch(/걸어서 약 \d+분/);
      const before = Number(await numberOf(page));
      expect(before).toBeGreaterThan(3);
      on.served.fill(LOT, 62, 3);
      await until(async () => Number(await numberOf(page)) === before - 2, { withinMs: 2_000 });
      on.served.fill(LOT, 60, 3);
    });
  });

  test('is told within 5 s that the connection is lost, sees no old number after the deadline, and all again after', async () => {
    const context = await on.browser.newContext({ ...PHONE, locale: 'ko-KR' });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${on.served.url}/m/nambu`);
    await isLive(page);
    const number = await numberOf(page);
    expect([number, await page.locator(CARD).textContent()]).toEqual([
      expect.stringMatching(/^\d+$/),
      expect.anything(),
    ]);
    {
      using _frozen = on.served.freeze();
      const frozenAt = performance.now();
      await page.locator('.band-lost:not([hidden])').waitFor({ timeout: 8_000 });
      // The deadline itself runs in the page; a busy machine paints, and looks, a little later.
      expect(performance.now() - frozenAt).toBeLessThan(deadlines.pageLostMs + 1_500);
      expect(await page.locator('.band-lost').textContent()).toMatch(
        /연결이 끊겼습니다.*\d\d:\d\d:\d\d/,
      );
      expect(await page.locator('.feed-live').count()).toBe(0);
      expect(await page.locator(`${CARD} .pin-delayed`).count()).toBe(1);
      await page.clock.fastForward(deadlines.pageDelayedMs);
      await page.locator(`${CARD} .pin-noData`).waitFor();
      expect(await numberOf(page)).toBe('?');
      expect(
        await page.locator('.pin-plenty:not(.pin-small), .pin-few:not(.pin-small)').count(),
      ).toBe(0);
      expect(await page.locator(`${CARD} .lot-age`).textContent()).toMatch(/^마지막 확인 1분 전$/);
    }
    await page.clock.fastForward(15_000);
    await isLive(page);
    await until(async () => (await numberOf(page)) === number);
    expect(await page.locator('.band-lost').isHidden()).toBe(true);
    await context.close();
  });

  test('still gets new numbers where no socket can be had', async () => {
    const context = await on.browser.newContext({ ...PHONE, locale: 'ko-KR' });
    const page = await context.newPage();
    await page.routeWebSocket(/\/api\/v1\/live/, async (socket) => socket.close());
    await page.goto(`${on.served.url}/m/nambu`);
    await page.locator('.feed-polling').waitFor();
    const before = Number(await numberOf(page));
    on.served.fill(LOT, 63, 3);
    expect(before).toBeGreaterThan(3);
    await until(async () => Number(await numberOf(page)) === before - 3, { withinMs: 6_000 });
    on.served.fill(LOT, 60, 3);
    await context.close();
  });

  test('without scripts reads the list and at what time of day it was true', async () => {
    await on.inPage(
      { ...PHONE, javaScriptEnabled: false, locale: 'ko-KR' },
      '/m/nambu',
      async (page) => {
        const text = (await page.locator(CARD).textContent()) ?? '';
        expect(text).toMatch(/\d+면 비었음/);
        expect(text).toMatch(/\d\d:\d\d:\d\d 확인/);
        expect(await page.locator('.feed-static').textContent()).toMatch(/\d\d:\d\d:\d\d 기준/);
        expect(await page.locator('.map-area').isVisible()).toBe(false);
        await page.locator('.chooser summary').click();
        await page.locator('.chooser a[href^="/m/seobu"]').click();
        expect(await page.locator('h1').textContent()).toContain('서부시장');
        await page.locator(`#lot-seobu-parking .lot-fold > summary`).click();
        expect(await page.locator('#lot-seobu-parking dl').isVisible()).toBe(true);
      },
    );
  });

  test('taps a lot before the program of the page runs: it stays chosen, and the map goes there', async () => {
    await on.inPage({ ...PHONE, locale: 'ko-KR', reducedMotion: 'reduce' }, '/', async (page) => {
      await page.addInitScript(`
          const summary = '${CARD} .lot-fold > summary';
          const seen = new MutationObserver(() => {
            const found = document.querySelector(summary);
            if (!found) return;
            seen.disconnect();
            found.click();
          });
          seen.observe(document, { childList: true, subtree: true });
        `);
      await page.goto(new URL('/m/nambu', page.url()).href);
      await page.locator('.with-bays').waitFor();
      expect(await page.locator(`${CARD} .lot-fold`).getAttribute('open')).toBe('');
      expect(await page.locator(`${CARD} dl`).isVisible()).toBe(true);
    });
  });

  test.each([
    ['a phone', PHONE],
    ['a desk', DESK],
  ])('follows a link to a lot on %s: its head lies where it can be seen', async (_on, screen) => {
    const driver = { ...screen, locale: 'ko-KR', reducedMotion: 'reduce' } as const;
    await on.inPage(driver, `/m/nambu#${CARD.slice(1)}`, async (page) => {
      await page.locator('.with-bays').waitFor();
      const boxOf = async (selector: string) => {
        const box = await page.locator(selector).boundingBox();
        if (!box) throw new Error(`${selector} is not drawn`);
        return box;
      };
      const head = await boxOf(`${CARD} .lot-fold > summary`);
      const map = await boxOf('.map-area');
      const bar = await boxOf('.bar');
      const isBeside = head.x + head.width <= map.x;
      const covered = isBeside ? bar.y + bar.height : map.y + map.height;
      expect(head.y).toBeGreaterThanOrEqual(covered);
      expect(head.y + head.height).toBeLessThanOrEqual(screen.viewport.height);
    });
  });

  test('chooses a lot: the map goes there, draws its bays one by one, and follows them', async () => {
    await on.inPage(
      { ...PHONE, locale: 'ko-KR', reducedMotion: 'reduce' },
      '/m/nambu',
      async (page) => {
        await isLive(page);
        await page.locator('.leaflet-bays-pane canvas').waitFor({ state: 'attached' });
        expect(await pixelsOf(page, '--bay-occupied')).toBe(0);
        await page.locator(`${CARD} .lot-fold > summary`).click();
        await page.locator('.with-bays').waitFor();
        await page.locator('[data-action=in]').click({ clickCount: 2 });
        await until(async () => (await pixelsOf(page, '--bay-occupied')) > 50);
        const occupied = await pixelsOf(page, '--bay-occupied');
        const vacant = await pixelsOf(page, '--plenty');
        expect(vacant).toBeGreaterThan(50);
        on.served.fill(LOT, 90);
        await until(async () => (await pixelsOf(page, '--bay-occupied')) > occupied * 1.2);
        expect(await pixelsOf(page, '--plenty')).toBeLessThan(vacant);
        expect(await page.locator('#spoken').textContent()).toContain('남부시장 천변 주차장');
        expect(await page.locator(`${CARD} .go`).getAttribute('href')).toContain(
          'map.kakao.com/link/search/',
        );
        on.served.fill(LOT, 60, 3);
      },
    );
  });

  test('gets the page in the language of the link, else in that of the phone', async () => {
    await on.inPage({ ...PHONE, locale: 'en-GB' }, '/m/nambu', async (page) => {
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      await page.locator('.languages a').click();
      await page.locator('html[lang=ko]').waitFor();
      expect(await page.locator('.band-simulated').textContent()).toContain('시뮬레이션');
    });
  });

  test.each([
    ['at 320 px', 320, '100%'],
    ['with text twice as large', 390, '200%'],
  ])('%s reads everything without scrolling sideways', async (_, width, fontSize) => {
    const viewport = { width, height: 640 };
    await on.inPage({ ...PHONE, viewport, locale: 'en-GB' }, '/m/nambu', async (page) => {
      await isLive(page);
      await page.evaluate(`document.documentElement.style.fontSize = '${fontSize}'`);
      await page.locator(`${CARD} .lot-fold > summary`).click();
      expect(
        await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        ),
      ).toBe(0);
      const cut = await page.evaluate<
        string[]
      >(`[...document.querySelectorAll('.lot-body, .lot-body *')]
        .filter((each) => each.getBoundingClientRect().right > innerWidth)
        .map((each) => each.textContent)`);
      expect(cut).toEqual([]);
    });
  });

  test('finds nothing to press that is smaller than 44 px', async () => {
    await on.inPage({ ...PHONE, locale: 'ko-KR' }, '/m/nambu', async (page) => {
      await isLive(page);
      await page.locator('.lot-pin:not(.lot-pin-under)').first().waitFor();
      await page.locator(`${CARD} .lot-fold > summary`).click();
      await page.locator('.chooser > summary').click();
      const small = await page.evaluate<
        string[]
      >(`[...document.querySelectorAll('a, button, summary, [role=button]')]
        .filter((each) => each.checkVisibility() && !each.matches('.skip'))
        .map((each) => [each.className || each.textContent, each.getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && (box.height < 44 || box.width < 44))
        .map(([name, box]) => name + ' ' + box.width + ' × ' + box.height)`);
      expect(small).toEqual([]);
    });
  });
});

describe('a driver with a keyboard', () => {
  test('skips to the list, opens a lot, and moves the map with the arrow keys', async () => {
    await on.inPage(
      { ...DESK, locale: 'en-GB', reducedMotion: 'reduce' },
      '/m/nambu',
      async (page) => {
        await isLive(page);
        await page.locator('.lot-pin:not(.lot-pin-under)').first().waitFor();
        await page.keyboard.press('Tab');
        expect(await page.locator(':focus').textContent()).toBe('Skip to the list of lots');
        await page.keyboard.press('Enter');
        const lot = page.locator('.lot-fold > summary:focus');
        // Past the arrivals and the car.
        for (let tabs = 0; tabs < 8 && (await lot.count()) === 0; tabs += 1)
          await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.locator('.lot-selected dl').waitFor();
        const place = async () => page.locator('.leaflet-map-pane').getAttribute('style');
        await page.locator('#map-canvas').focus();
        const before = await place();
        await page.keyboard.press('ArrowRight');
        await until(async () => (await place()) !== before);
        const pin = page.getByRole('button', { name: 'Seohak-dong Art Village Public Parking' });
        await pin.focus();
        await page.keyboard.press('Enter');
        await page.locator('#lot-seohak-art-village.lot-selected').waitFor();
        expect(await pin.getAttribute('aria-pressed')).toBe('true');
      },
    );
  });
});

describe('the first view', () => {
  const PAGE = '/m/nambu?lang=ko';
  const sentKib = async (path: string, coding: string) => {
    const headers = { 'accept-encoding': coding };
    const answer = await fetch(`${on.served.url}${path}`, { headers });
    expect([path, answer.headers.get('content-encoding')]).toEqual([path, coding]);
    return Number(answer.headers.get('content-length')) / 1_024;
  };
  const filesKib = async (html: string, coding: string) => {
    const named = html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g);
    const paths = [...named].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(3);
    const each = await Promise.all(paths.map(async (path) => sentKib(path, coding)));
    return each.reduce((sum, kib) => sum + kib, 0);
  };
  const pageText = async () => (await fetch(`${on.served.url}${PAGE}`)).text();

  test('is sent with its data in at most 75 KiB to who takes brotli', async () => {
    const sent = (await filesKib(await pageText(), 'br')) + (await sentKib(PAGE, 'br'));
    expect(sent).toBeLessThanOrEqual(75);
  });

  test('is sent in at most 75 KiB as gzip, its data in 15 KiB more', async () => {
    const html = await pageText();
    const data = html.slice(html.indexOf('id="initial"'));
    const kib = (text: string) => gzipSync(text, { level: 9 }).length / 1_024;
    const sent = (await filesKib(html, 'gzip')) + kib(html.replace(data, ''));
    expect(sent).toBeLessThanOrEqual(75);
    expect(kib(data)).toBeLessThanOrEqual(15);
  });
});
