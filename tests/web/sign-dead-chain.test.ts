import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { digits, openBrowserOnSign, RIVERSIDE } from './browser-on-sign.ts';
import type { BrowserOnSign } from './browser-on-sign.ts';

let on: BrowserOnSign;
beforeAll(async () => {
  on = await openBrowserOnSign();
});
afterAll(async () => on[Symbol.asyncDispose]());
beforeEach(() => {
  on.observing = true;
  on.fillAll();
});

describe('when a part of the chain dies, no digits outlive their deadline:', () => {
  test('the street is observed no more', async () => {
    await on.onSign('parked', async (page) => {
      await digits(page).waitFor();
      on.observing = false;
      // What live state makes of silence after its deadline.
      const all = on.served.street.liveState.baysOf(RIVERSIDE as never);
      on.served.street.liveState.set(
        all.map(({ bay }) => [bay, 'unknown'] as const),
        Date.now() - 20_000,
      );
      await page.locator('.value-parking').waitFor();
      expect(await digits(page).count()).toBe(0);
    });
  });

  test.each([
    ['the network is cut', (page: Page) => page.context().setOffline(true)],
    [
      'the api answers errors',
      (page: Page) => page.route('**/api/v1/signs/**', (route) => route.fulfill({ status: 503 })),
    ],
    [
      'something between says the same again and again',
      async (page: Page) => {
        let kept: Buffer | undefined;
        await page.route('**/api/v1/signs/**', async (route) => {
          kept ??= await (await route.fetch()).body();
          await route.fulfill({ body: kept });
        });
        // The first copy is news.
        await page.waitForResponse('**/api/v1/signs/**');
      },
    ],
    [
      'what is answered is nonsense',
      (page: Page) =>
        page.route('**/api/v1/signs/**', (route) => route.fulfill({ body: '{"v":2}' })),
    ],
    [
      'answers never come',
      (page: Page) => page.route('**/api/v1/signs/**', () => new Promise<void>(() => undefined)),
    ],
  ])('%s', async (_, kill) => {
    await on.onSign(
      'one',
      async (page) => {
        await digits(page).waitFor();
        await kill(page);
        await page.clock.runFor(62_000);
        await until(async () => (await digits(page).count()) === 0);
        // First the digits go, then the word, then all.
        expect(await page.locator('.value').innerText()).toMatch(/여유|보통|혼잡/);
        await page.clock.runFor(121_000);
        await until(async () => (await page.locator('.row-blank').count()) === 1);
        expect(await page.locator('.row').innerText()).toBe('');
      },
      { clock: true },
    );
  });

  test('the page itself hangs: the browser takes the digits down without it', async () => {
    await on.onSign('one', async (page) => {
      await digits(page).waitFor();
      await page.evaluate('document.fonts.ready');
      const cast = await page.context().newCDPSession(page);
      const frames: { readonly at: number; readonly data: string }[] = [];
      cast.on('Page.screencastFrame', ({ data, sessionId }) => {
        frames.push({ at: Date.now(), data });
        void cast.send('Page.screencastFrameAck', { sessionId });
      });
      await cast.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
      await until(() => frames.length > 0);
      // Three seconds in the place of a minute; the same animation by the same thread.
      const [from, to] = await page.evaluate<[number, number]>(`new Promise((resolve) => {
        for (const each of document.querySelector('.value-number').getAnimations())
          each.effect.updateTiming({ duration: each.currentTime + 3_000 });
        requestAnimationFrame(() => setTimeout(() => {
          const from = Date.now();
          while (Date.now() < from + 7_000);
          resolve([from, Date.now()]);
        }));
      })`);
      const meanwhile = frames.filter(({ at }) => at > from && at < to);
      const before = await litIn(page, frames.findLast(({ at }) => at <= from)?.data);
      expect(before).toBeGreaterThan(10_000);
      expect(await litIn(page, meanwhile.at(-1)?.data)).toBe(0);
    });
  });
});

/** Lit pixels of a frame where a sign of one row has its digits. */
async function litIn(page: Page, frame: string | undefined): Promise<number> {
  const other = await page.context().newPage();
  const lit = await other.evaluate<number>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${frame ?? ''}';
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(image.width / 2, image.height * 0.35, image.width / 2, image.height * 0.6);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] > 128) count += 1;
    return count;
  })()`);
  await other.close();
  return lit;
}

describe('a page that is stuck', () => {
  test('is loaded anew by its watchdog once the server gives it', async () => {
    await on.onSign(
      'one',
      async (page) => {
        await digits(page).waitFor();
        await page.evaluate(`globalThis.isOld = true; dispatchEvent(new Event('error'))`);
        await page.clock.runFor(70_000);
        await until(async () => (await page.evaluate('globalThis.isOld')) === undefined, {
          withinMs: 20_000,
        });
        await digits(page).waitFor();
        expect(await page.locator('.row').count()).toBe(1);
      },
      { clock: true },
    );
  });
});
