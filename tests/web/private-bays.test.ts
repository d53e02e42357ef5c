import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BayId } from '#contract/ids.ts';
import { LiveBook } from '#web/live/live-book.ts';
import { bayLookOf, bayMarkOf } from '#web/map/bay-look.ts';
import { parseLiveMessage } from '#web/wire/live-message.ts';
import { legendView } from '#web/view/legend.ts';
import { htmlOf } from '#web/view/html.ts';
import { textsOf } from '#web/text/dictionaries.ts';
import { languages } from '#web/text/language.ts';
import { aStreet } from '../api/http/street.ts';
import { launchBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { DESK, pixelsOf } from './browser-on-page.ts';
import { servePage } from './served-page.ts';
import type { Browser } from 'playwright-core';

describe('a resident’s bay', () => {
  test('has a look and a mark of its own, whatever is believed of its state', () => {
    for (const state of ['vacant', 'occupied', 'unknown'] as const) {
      const look = bayLookOf('resident', state);
      expect([look, bayMarkOf('resident', look)]).toEqual(['private', 'R']);
    }
    expect(bayMarkOf('disabled', bayLookOf('disabled', 'unknown'))).toBe('?');
    expect(bayLookOf('ev', 'vacant')).toBe('vacant');
  });

  test('and one out of service have their own words in the legend, in every language', () => {
    for (const language of languages) {
      const html = htmlOf(legendView(textsOf(language)));
      expect(html).toContain(textsOf(language).bays.private);
      expect(html).toContain(textsOf(language).bays.closed);
      expect(textsOf(language).bays.private).not.toBe(textsOf(language).bays.unknown);
    }
  });
});

test('a bay out of service is known as that, and as what it is when it is taken back', () => {
  const book = new LiveBook(new Map());
  const bay = { bay: 'a-1' as BayId, state: 'unknown', since: 1 };
  const hear = (frame: object) => {
    const head = { stream: 's', channel: 'lot:a', at: 1_000, simulated: false, lots: [] };
    const read = parseLiveMessage(JSON.stringify({ ...head, ...frame }));
    if (!read) throw new Error('the page reads what the api says');
    book.apply(read);
    return book.bays.get(bay.bay);
  };
  expect(hear({ type: 'snapshot', seq: 3, bays: [{ ...bay, closed: true }] })).toBe('closed');
  expect(hear({ type: 'delta', seq: 4, bays: [{ ...bay, state: 'vacant' }] })).toBe('vacant');
});

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => browser.close());

test('the legend names residents’ bays where the map shows some, and only there', async () => {
  await using served = await servePage(aStreet());
  served.fill('full', 3);
  const page = await browser.newPage({ ...DESK, locale: 'en-GB', reducedMotion: 'reduce' });
  await page.goto(served.url);
  await page.locator('.feed-live').waitFor();
  const legend = page.locator('.legend-private');
  await page.locator('#lot-full .lot-fold > summary').click();
  await page.locator('.with-bays').waitFor();
  await legend.waitFor();
  expect(await legend.textContent()).toContain('residents, not shown');
  for (let n = 0; n < 3; n += 1) await page.locator('[data-action=in]').click();
  await until(async () => (await pixelsOf(page, '--bay-private')) > 0);
  await until(async () => (await pixelsOf(page, '--no-data')) === 0);
  for (let n = 0; n < 8; n += 1) await page.locator('[data-action=out]').click();
  await page.locator('.map-area:not(.with-private-bays)').waitFor();
  expect(await legend.isHidden()).toBe(true);
  await page.close();
});

test('a bay out of service is crossed out on the map, and the page leads to the privacy notice', async () => {
  await using served = await servePage(aStreet());
  served.fill('full', 3);
  served.street.liveState.close('full-1');
  const page = await browser.newPage({ ...DESK, locale: 'en-GB', reducedMotion: 'reduce' });
  await page.goto(served.url);
  await page.locator('.feed-live').waitFor();
  await page.locator('#lot-full .lot-fold > summary').click();
  await page.locator('.with-bays').waitFor();
  for (let n = 0; n < 3; n += 1) await page.locator('[data-action=in]').click();
  await until(async () => (await pixelsOf(page, '--closed')) > 0);
  expect(await page.locator('.legend-closed').textContent()).toContain('out of service');
  await page.locator('.notes a[href="/privacy?lang=en"]').click();
  await page.waitForURL(/\/privacy\?lang=en$/);
  expect(await page.locator('h1').textContent()).toMatch(/./);
  await page.close();
});
