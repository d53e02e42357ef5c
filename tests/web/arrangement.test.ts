import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { around, Room } from '#web/map/room.ts';
import { launchBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { servePage } from './served-page.ts';
import type { ServedPage } from './served-page.ts';

let browser: Browser;
let served: ServedPage;
beforeAll(async () => {
  [browser, served] = await Promise.all([launchBrowser(), servePage()]);
  for (const [at, { properties }] of served.site.lots.entries()) {
    const bays = served.street.liveState.baysOf(properties.id).length;
    if (bays > 0) served.fill(properties.id, Math.floor(bays * ([0.3, 0.6, 0.97, 1][at % 4] ?? 1)));
  }
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
});

/** What stands half under something else on the map: words and signs, the page's own parts. */
const HALF_COVERED = `(() => {
  const map = document.querySelector('#map-canvas').getBoundingClientRect();
  const seen = (each) => each.checkVisibility({ visibilityProperty: true });
  const boxesOf = (selector) => [...document.querySelectorAll(selector)].filter(seen)
    .map((each) => [each.textContent || each.className, each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.right > map.left && box.left < map.right && box.bottom > map.top && box.top < map.bottom);
  const names = boxesOf('.market-label span');
  const words = [...names, ...boxesOf('.lot-pin:not(.lot-pin-mark) .pin, .lot-pin .pin-caption')];
  const marks = boxesOf('.lot-pin-mark .pin');
  const parts = boxesOf('.chooser > summary, .languages a, .map-buttons, .legend, .map-attribution');
  const overlap = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const found = [];
  words.forEach(([word, box], at) => {
    // Marks lie lower than pins and higher than the markets' names.
    for (const [other, otherBox] of [...words.slice(at + 1), ...(at < names.length ? marks : []), ...parts])
      if (overlap(box, otherBox)) found.push(word + ' × ' + other);
    if (box.left < map.left - 1 || box.right > map.right + 1) found.push(word + ' is cut off');
  });
  return { found, words: words.map(([word]) => word) };
})()`;

/** Whether no glide and no zoom is under way; one that was asked for begins with the next frame. */
const IS_AT_REST = `(async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  return document.querySelector('.leaflet-pan-anim, .leaflet-zoom-anim') === null;
})()`;

async function inPage(
  [width, height]: readonly [number, number],
  path: string,
  act: (page: Page) => Promise<void>,
) {
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  try {
    await page.goto(`${served.url}${path}`);
    await page.locator('.lot-pin:not(.lot-pin-under)').first().waitFor();
    await act(page);
  } finally {
    await context.close();
  }
}

describe('on the map of a phone no word is half covered', () => {
  const markets = ['nambu', 'seobu', 'moraenae', 'sinjungang', 'jungang-sangga'];
  test.each(
    (
      [
        [320, 640],
        [360, 740],
        [390, 844],
      ] as const
    ).flatMap((size) => ['ko', 'en'].map((language) => [size, language] as const)),
  )('of %j, in %s', async (size, language) => {
    for (const market of markets) {
      await inPage(size, `/m/${market}?lang=${language}`, async (page) => {
        const { found, words } = await page.evaluate<{ found: string[]; words: string[] }>(
          HALF_COVERED,
        );
        expect([market, found]).toEqual([market, []]);
        expect(words.length).toBeGreaterThan(1);
      });
    }
  });

  test('after it was moved, and with a lot chosen, which is never the one to give way', async () => {
    await inPage([360, 740], '/m/nambu?lang=en', async (page) => {
      for (const key of ['ArrowRight', 'ArrowDown', '+', '-']) {
        await page.locator('#map-canvas').press(key);
        await until(() => page.evaluate<boolean>(IS_AT_REST));
        expect((await page.evaluate<{ found: string[] }>(HALF_COVERED)).found).toEqual([]);
      }
      await page.locator('#lot-nambu-riverside .lot-fold > summary').click();
      await page.locator('.lot-pin-selected:not(.lot-pin-mark):not(.lot-pin-under)').waitFor();
      await page.locator('.with-bays').waitFor();
    });
  });
});

test('whoever asks for a place first has it; a word needs a place that is seen and free', () => {
  const room = new Room({ left: 0, top: 0, right: 100, bottom: 100 }, [around(90, 90, 10)]);
  room.take(around(20, 20, 10));
  expect(room.isTaken(around(35, 20, 6))).toBe(true);
  expect(room.isFree(around(40, 20, 6))).toBe(true);
  expect(room.isFree(around(3, 50, 6))).toBe(false);
  expect(room.isFree(around(80, 80, 6))).toBe(false);
  expect(room.isUnder(around(80, 80, 6))).toBe(true);
});
