import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inventedCity } from '../../bench/invented-city.ts';
import { launchBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { DESK } from './browser-on-page.ts';
import { servePage } from './served-page.ts';
import type { ServedPage } from './served-page.ts';

const LOTS = 400;

let browser: Browser;
let served: ServedPage;
beforeAll(async () => {
  const city = inventedCity({ bays: 2 * LOTS, baysPerLot: 2, baysPerGateway: 800 });
  [browser, served] = await Promise.all([launchBrowser(), servePage(city)]);
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
});

async function onMap(act: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ ...DESK, reducedMotion: 'reduce' });
  const page = await context.newPage();
  try {
    await page.goto(`${served.url}/m/market?lang=en`);
    await page.locator('.lot-pin:not(.lot-pin-under)').first().waitFor();
    await act(page);
  } finally {
    await context.close();
  }
}

/** Lots whose pins are there, those that are seen on the map, and those that should be. */
const PINS = `(() => {
  const map = document.querySelector('#map-canvas').getBoundingClientRect();
  const pins = [...document.querySelectorAll('.lot-pin')];
  const isSeen = (pin) => {
    const { x, y, width, height } = pin.getBoundingClientRect();
    const [px, py] = [x + width / 2, y + height / 2];
    return px > map.left && px < map.right && py > map.top && py < map.bottom;
  };
  return { all: pins.length, seen: pins.filter(isSeen).map((pin) => pin.dataset.lot) };
})()`;

test('a city’s lots have pins where the map looks, and get them as it moves', async () => {
  await onMap(async (page) => {
    const pinsNow = async () => page.evaluate<{ all: number; seen: string[] }>(PINS);
    const first = await pinsNow();
    expect(first.seen).toContain('lot-1');
    expect(first.all).toBeLessThan(LOTS / 2);
    await page.locator('#map-canvas').focus();
    await until(async () => {
      await page.keyboard.press('ArrowRight');
      return !(await pinsNow()).seen.includes('lot-1');
    });
    const later = await pinsNow();
    expect(later.seen.length).toBeGreaterThan(first.seen.length / 2);
    expect(later.seen.filter((lot) => !first.seen.includes(lot)).length).toBeGreaterThan(3);
  });
});

/** The middle of the canvas of marks' southernmost and easternmost one that is seen, if there is any. */
const LAST_MARK = `(() => {
  const canvas = document.querySelector('.leaflet-marks-pane canvas');
  if (canvas.hidden) return null;
  const { left, top, width } = canvas.getBoundingClientRect();
  const map = document.querySelector('#map-canvas').getBoundingClientRect();
  const ratio = canvas.width / width;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const isFull = (x, y) => data[4 * (Math.round(y) * canvas.width + Math.round(x)) + 3] === 255;
  for (let y = map.bottom - 40; y > map.top; y -= 1)
    for (let x = map.right - 40; x > map.left; x -= 1) {
      const [onX, onY] = [(x - left) * ratio, (y - top) * ratio];
      const isMiddle = [[0, 0], [-5, 0], [5, 0], [0, -5], [0, 5]].every(([dx, dy]) => isFull(onX + dx, onY + dy));
      if (isMiddle && document.elementFromPoint(x, y)?.closest('.leaflet-container') && !document.elementFromPoint(x, y).closest('.lot-pin'))
        return [x, y];
    }
  return null;
})()`;

test('of a whole city most lots are marks on one canvas, and a mark that is pressed is chosen', async () => {
  await onMap(async (page) => {
    for (let tap = 0; tap < 5; tap += 1) await page.locator('[data-action=out]').click();
    const markAt = async () => page.evaluate<[number, number] | null>(LAST_MARK);
    await until(async () => (await markAt()) !== null);
    const { all } = await page.evaluate<{ all: number }>(PINS);
    expect(all).toBeGreaterThan(0);
    expect(all).toBeLessThan(100);
    const [x, y] = (await markAt()) ?? [0, 0];
    await page.mouse.move(x, y);
    await page.locator('.on-mark').waitFor();
    await page.mouse.click(x, y);
    await page.locator('.lot-selected').waitFor();
    // Where it looks closely there are few, and all of them are for a keyboard, too.
    const chosen = page.locator('.lot-pin[aria-pressed=true]');
    await chosen.waitFor();
    expect(await page.locator('.lot-selected').getAttribute('id')).toBe(
      `lot-${await chosen.getAttribute('data-lot')}`,
    );
  });
});

test('a hand that moves the map by a pin chooses nothing; one that presses it does', async () => {
  await onMap(async (page) => {
    const pin = page.locator('.lot-pin[data-lot=lot-52]');
    const box = await pin.boundingBox();
    if (!box) throw new Error('the pin is not there');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y, { steps: 5 });
    await page.mouse.up();
    // It may glide on for a while, farther than the hand went.
    await until(async () => ((await pin.boundingBox())?.x ?? box.x) < box.x - 40);
    expect(await page.locator('.lot-selected').count()).toBe(0);
    await pin.click();
    await page.locator('#lot-lot-52.lot-selected').waitFor();
    expect(await pin.getAttribute('aria-pressed')).toBe('true');
  });
});
