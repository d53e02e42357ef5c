import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inventedCity } from '../../bench/invented-city.ts';
import { launchBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { servePage } from './served-page.ts';
import type { ServedPage } from './served-page.ts';

const LOTS = 60;
const BAYS_A_LOT = 4;

let browser: Browser;
let served: ServedPage;
beforeAll(async () => {
  const bays = LOTS * BAYS_A_LOT;
  const city = inventedCity({ bays, baysPerLot: BAYS_A_LOT, baysPerGateway: 800 });
  [browser, served] = await Promise.all([launchBrowser(), servePage(city)]);
});
afterAll(async () => {
  await browser.close();
  await served[Symbol.asyncDispose]();
});

test('a list that is drawn a few lots at a time says of each what holds, the last one too', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  // So slow that all of them are too many for one turn.
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  const lots = served.site.lots.map(({ properties }) => properties.id);
  const fillAll = (vacantOf: (at: number) => number) => {
    for (const [at, lot] of lots.entries()) served.fill(lot, BAYS_A_LOT - vacantOf(at));
  };
  const shown = async () =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll('.lot')].map((lot) => lot.id + ' ' + lot.querySelector('.lot-line').textContent.trim()).toSorted()`,
    );
  const wanted = (vacantOf: (at: number) => number) =>
    lots
      .map((lot, at) => {
        const vacant = vacantOf(at);
        return `lot-${lot} ${vacant} ${vacant === 1 ? 'bay' : 'bays'} free`;
      })
      .toSorted();
  try {
    fillAll(() => 1);
    await page.goto(`${served.url}/m/market?lang=en`);
    await page.locator('.feed-live').waitFor();
    await page.locator('.farther > summary').click();
    await page.locator('#lot-lot-60').waitFor();
    // Faster than the list is drawn; no change may be lost between two turns.
    for (const more of [1, 2, 3]) fillAll((at) => 1 + ((at + more) % BAYS_A_LOT));
    const vacantOf = (at: number) => 1 + ((at + 3) % BAYS_A_LOT);
    await until(async () => (await shown()).join('\n') === wanted(vacantOf).join('\n'));
    expect(await shown()).toEqual(wanted(vacantOf));
  } finally {
    await context.close();
  }
});
