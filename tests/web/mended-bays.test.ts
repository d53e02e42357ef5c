import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { servePage } from './served-page.ts';
import type { ServedPage } from './served-page.ts';

const LOT = 'nambu-riverside';

let browser: Browser;
let served: ServedPage;
beforeAll(async () => {
  [browser, served] = await Promise.all([launchBrowser(), servePage()]);
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
});

/** Keeps what the canvas of bays shows under a name; says how many of its pixels are not empty. */
const keep = (name: string) => `(() => {
  const canvas = document.querySelector('.leaflet-bays-pane canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  (window.kept ??= {})[${JSON.stringify(name)}] = data;
  let pixels = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at] > 0) pixels += 1;
  return pixels;
})()`;

/** Of how many pixels any colour is other by more than the engine draws edges otherwise inside a clip (a fifth at most). */
const differing = (one: string, other: string) => `(() => {
  const [one, other] = [window.kept.${one}, window.kept.${other}];
  const seen = (data, at, part) => (part === 3 ? data[at + 3] : (data[at + part] * data[at + 3]) / 255);
  let pixels = 0;
  for (let at = 0; at < one.length; at += 4) {
    if (one[at + 3] === 0 && other[at + 3] === 0) continue;
    if ([0, 1, 2, 3].some((part) => Math.abs(seen(one, at, part) - seen(other, at, part)) > 64))
      pixels += 1;
  }
  return pixels;
})()`;

const isOf = (frame: string, channel: string) => {
  const message = JSON.parse(frame) as { type: string; channel?: string };
  return message.type !== 'beat' && message.channel === channel;
};

test.each([1, 2, 1.375])(
  'bays drawn again one by one look as if all were drawn at once, at %d pixels to one',
  async (deviceScaleFactor) => {
    const viewport = { width: 390, height: 844 };
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor,
      reducedMotion: 'reduce',
    });
    try {
      const page = await context.newPage();
      served.fill(LOT, 0);
      const told: string[] = [];
      page.on('websocket', (socket) => {
        socket.on('framereceived', ({ payload }) => told.push(String(payload)));
      });
      await page.goto(`${served.url}/m/nambu?lang=en`);
      await page.locator(`#lot-${LOT} .lot-fold > summary`).click();
      await page.locator('.with-bays').waitFor();
      await until(async () => (await page.evaluate<number>(keep('first'))) > 0);
      for (const occupied of [40, 17, 60]) {
        told.length = 0;
        served.fill(LOT, occupied, 5);
        await until(() => told.some((each) => isOf(each, `lot:${LOT}`)));
      }
      const drawn = async (name: string) => {
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
        return page.evaluate<number>(keep(name));
      };
      await drawn('mended');
      // Other colours: all is drawn anew.
      await page.emulateMedia({ colorScheme: 'dark' });
      await drawn('dark');
      await page.emulateMedia({ colorScheme: 'light' });
      await drawn('whole');
      expect(await page.evaluate<number>(differing('mended', 'first'))).toBeGreaterThan(100);
      expect(await page.evaluate<number>(differing('mended', 'dark'))).toBeGreaterThan(100);
      expect(await page.evaluate<number>(differing('mended', 'whole'))).toBe(0);
    } finally {
      await context.close();
    }
  },
);
