import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { CARD, isLive, LOT, openBrowserOnPage, PHONE } from './browser-on-page.ts';
import type { BrowserOnPage } from './browser-on-page.ts';

let on: BrowserOnPage;
beforeAll(async () => {
  on = await openBrowserOnPage();
});
afterAll(async () => on[Symbol.asyncDispose]());

const KOREAN = { ...PHONE, locale: 'ko-KR' } as const;
const ANDROID =
  'Mozilla/5.0 (Linux; Android 15; SM-S928N) AppleWebKit/537.36 Chrome/147.0.0.0 Mobile Safari/537.36';
const name = '남부시장 천변 주차장';
const numberOf = async (page: Page) => page.locator(`${CARD} .pin`).first().textContent();

/** As when another app comes to the front, and goes again. */
const turn = async (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));`);

describe('the answer', () => {
  test('is for ten minutes from now, and by one tap for now or half an hour, by a link that can be kept', async () => {
    await on.inPage(KOREAN, '/m/nambu', async (page) => {
      await isLive(page);
      const arrivals = page.getByRole('navigation', { name: '몇 분 뒤 도착' });
      const current = async () => arrivals.locator('[aria-current]').textContent();
      expect(await current()).toBe('10분');
      await arrivals.getByRole('link', { name: '30분' }).click();
      await until(async () => (await current()) === '30분');
      expect(page.url()).toContain('in=30');
      await page.reload();
      expect(await current()).toBe('30분');
      expect(await page.locator(CARD).textContent()).toContain('쿠폰 있으면 1,200원');
    });
  });

  test('comes without scripts for the arrival that a link names, the far lots by another link', async () => {
    const options = { ...KOREAN, javaScriptEnabled: false };
    await on.inPage(options, '/m/nambu?in=0', async (page) => {
      expect(await page.locator('.arrivals [aria-current]').textContent()).toBe('지금');
      expect(await page.locator('.scripted:visible').count()).toBe(0);
      const before = await page.locator('.lot').count();
      await page.getByRole('link', { name: /걸어서 15분 넘는 주차장/ }).click();
      expect(await page.locator('.lot').count()).toBeGreaterThan(before + 50);
      expect(await page.locator('.arrivals [aria-current]').textContent()).toBe('지금');
    });
  });

  test('opens on the lot that a shared link names', async () => {
    await on.inPage(KOREAN, `/m/nambu?lang=ko#lot-${LOT}`, async (page) => {
      await page.locator(`${CARD}.lot-selected dl`).waitFor();
      expect(await page.locator('.lot-selected').count()).toBe(1);
    });
  });
});

describe('the driver’s own car', () => {
  test('is kept on the phone, told to nobody, and never changes the large number', async () => {
    const context = await on.browser.newContext(KOREAN);
    const page = await context.newPage();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    await page.goto(`${on.served.url}/m/nambu`);
    await isLive(page);
    const number = await numberOf(page);
    await page.getByRole('button', { name: '내 차' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: '경차' }).check();
    await dialog.getByRole('checkbox', { name: '전기차' }).check();
    await dialog.getByRole('button', { name: '닫기' }).click();
    await until(async () => /내 차로 \d+면/.test((await page.locator(CARD).textContent()) ?? ''));
    expect(await numberOf(page)).toBe(number);
    const text = (await page.locator(CARD).textContent()) ?? '';
    expect(Number(/내 차로 (\d+)면/.exec(text)?.[1])).toBeGreaterThan(Number(number));
    await page.reload();
    await isLive(page);
    await until(async () => /내 차로 \d+면/.test((await page.locator(CARD).textContent()) ?? ''));
    expect(sent.filter((request) => /compact|ev\b|disabled|trait/.test(request))).toEqual([]);
    await context.close();
  });

  test('with a wish hides what does not grant it, and says how many', async () => {
    await on.inPage(KOREAN, '/m/nambu', async (page) => {
      await isLive(page);
      await page.getByRole('button', { name: '내 차' }).click();
      await page.getByRole('dialog').getByRole('checkbox', { name: '무료' }).check();
      await page.getByRole('dialog').getByRole('button', { name: '닫기' }).click();
      await page.locator('.list-hidden').waitFor();
      expect(await page.locator('.list-hidden').textContent()).toMatch(/\d+곳을 감췄습니다/);
      expect(await page.locator(CARD).count()).toBe(0);
    });
  });
});

describe('a driver who was led to a lot', () => {
  test('comes back to it: within a second it says that it has filled up, and offers the other', async () => {
    const context = await on.browser.newContext({ ...KOREAN, userAgent: ANDROID });
    const page = await context.newPage();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    // The tap itself must not leave the page: a phone opens an app instead.
    await context.route(/map\.kakao\.com/, async (route) => route.abort());
    await page.addInitScript(
      `addEventListener('click', (event) => event.target.closest('[data-app]') && event.preventDefault());`,
    );
    await page.goto(`${on.served.url}/m/nambu`);
    await isLive(page);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: 200_000,
      uploadThroughput: 90_000,
    });
    await page.getByRole('link', { name: `길찾기 카카오맵, ${name}` }).click();
    const frozen = on.served.freeze();
    await turn(page, 'hidden');
    on.served.fill(LOT, 96);
    frozen[Symbol.dispose]();
    await page.evaluate(`window.saidAfterMs = new Promise((resolve) => {
      const from = performance.now();
      new MutationObserver(() => {
        const yours = document.querySelector('.yours')?.textContent ?? '';
        if (/감지 구역 만차/.test(yours) && /길찾기/.test(yours)) resolve(performance.now() - from);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    undefined`);
    await turn(page, 'visible');
    expect(await page.evaluate<number>('window.saidAfterMs')).toBeLessThan(1_000);
    const yours = page.getByRole('region', { name: '가고 있는 곳' });
    expect(await yours.getByRole('status').textContent()).toContain(name);
    expect(await yours.getByRole('link', { name: /길찾기/ }).count()).toBe(1);
    const own = sent
      .filter((request) => request.startsWith(on.served.url))
      .map((request) => request.slice(on.served.url.length));
    expect(own.filter((request) => /12[67]\.\d|3[56]\.\d|lat|lng|position/.test(request))).toEqual(
      [],
    );
    await yours.getByRole('button', { name: /주차했어요/ }).click();
    await yours.waitFor({ state: 'detached' });
    on.served.fill(LOT, 60, 3);
    await context.close();
  });

  test('finds the app of before on the black button, and others behind a fold', async () => {
    await on.inPage({ ...KOREAN, userAgent: ANDROID }, '/m/nambu', async (page) => {
      await isLive(page);
      await page.evaluate(
        `addEventListener('click', (event) => event.target.closest('[data-app]') && event.preventDefault())`,
      );
      await page.locator(`${CARD} .more > summary`).click();
      const apps = await page.locator(`${CARD} .more-ways a`).allTextContents();
      expect(apps).toEqual(['네이버 지도', 'Google 지도']);
      await page.locator(`${CARD} .more-ways a`).first().click();
      await page.reload();
      await isLive(page);
      await page.getByRole('link', { name: `길찾기 네이버 지도, ${name}` }).waitFor();
    });
  });
});

describe('a lot in huge letters', () => {
  test('has its names, how to pay and a note of one’s own, and works without a network', async () => {
    const context = await on.browser.newContext(KOREAN);
    const page = await context.newPage();
    await page.goto(`${on.served.url}/m/nambu`);
    await isLive(page);
    await until(async () => page.evaluate<boolean>(`!!navigator.serviceWorker.controller`));
    // The page itself is kept when it comes through the worker.
    await page.reload();
    await isLive(page);
    await context.setOffline(true);
    await page.reload();
    await page.locator('.band-lost:not([hidden])').waitFor();
    // Old at once or after a minute: never a number that looks live.
    expect(await page.locator('.feed-live').count()).toBe(0);
    await page.locator(`${CARD} .lot-fold > summary`).click();
    await page.locator(`${CARD} .more > summary`).click();
    await page.locator(CARD).getByRole('button', { name: '크게 보여주기' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('Nambu Market Riverside Parking');
    expect(await dialog.textContent()).toContain('2시간 2,400원');
    await dialog.getByRole('textbox').fill('B구역 14번');
    await dialog.getByRole('button', { name: '닫기' }).click();
    await page.reload();
    await page.locator(`${CARD} .lot-fold > summary`).click();
    await page.locator(`${CARD} .more > summary`).click();
    await page.locator(CARD).getByRole('button', { name: '크게 보여주기' }).click();
    expect(await dialog.getByRole('textbox').inputValue()).toBe('B구역 14번');
    await context.close();
  });
});
