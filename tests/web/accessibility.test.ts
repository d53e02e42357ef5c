import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../support/axe.ts';
import { CARD, DESK, isLive, openBrowserOnPage, PHONE } from './browser-on-page.ts';
import type { BrowserOnPage } from './browser-on-page.ts';

let on: BrowserOnPage;
beforeAll(async () => {
  on = await openBrowserOnPage();
});
afterAll(async () => on[Symbol.asyncDispose]());

describe('accessibility rules', () => {
  const cases = ['ko', 'en'].flatMap((language) =>
    (['light', 'dark'] as const).flatMap((scheme) =>
      (['phone', 'desk'] as const).map((device) => [language, scheme, device] as const),
    ),
  );

  test.each(cases)('find nothing in %s, %s, on a %s', async (language, colorScheme, device) => {
    const options = { ...(device === 'phone' ? PHONE : DESK), colorScheme };
    await on.inPage(options, `/m/nambu?lang=${language}`, async (page) => {
      await isLive(page);
      await page.locator('.lot-pin:not(.lot-pin-under)').first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.locator(`${CARD} .lot-fold > summary`).click();
      // The long fold is the same cards again: once is enough.
      if (language === 'ko' && device === 'phone') await page.locator('.farther > summary').click();
      await page.locator('.with-bays').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    });
  });

  test.each(cases.filter(([, , device]) => device === 'phone'))(
    'find nothing in the sheets, in %s, %s',
    async (language, colorScheme) => {
      const options = { ...PHONE, colorScheme };
      await on.inPage(options, `/m/nambu?lang=${language}`, async (page) => {
        await isLive(page);
        await page.locator('[data-act=car]').click();
        await page.locator('.sheet-car').waitFor();
        expect(await violationsOf(page)).toEqual([]);
        await page.locator('[data-close]').click();
        await page.locator(`${CARD} .more > summary`).click();
        await page.locator(`${CARD} [data-act=show]`).click();
        await page.locator('.sheet-lot').waitFor();
        expect(await violationsOf(page)).toEqual([]);
      });
    },
  );

  test('find nothing in forced colours, nor while the connection is lost', async () => {
    await on.inPage({ ...PHONE, forcedColors: 'active' }, '/m/nambu?lang=ko', async (page) => {
      await isLive(page);
      expect(await violationsOf(page)).toEqual([]);
      using _frozen = on.served.freeze();
      await page.locator('.band-lost:not([hidden])').waitFor({ timeout: 6_000 });
      expect(await violationsOf(page)).toEqual([]);
    });
  });
});
