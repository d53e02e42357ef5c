import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../../support/axe.ts';
import { launchBrowser } from '../../support/browser.ts';
import { POLITELY, until } from '../../support/until.ts';
import { SiteRig } from '../../api/site/site-rig.ts';
import { PHONE } from './console-rig.ts';

let rig: SiteRig;
let browser: Browser;
beforeAll(async () => {
  [rig, browser] = await Promise.all([SiteRig.open(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await rig[Symbol.asyncDispose]();
});

/** The page of work of the real api, for who has the machine's own token. */
async function inWork(
  options: BrowserContextOptions,
  language: string,
  act: (page: Page) => Promise<void>,
): Promise<void> {
  const token = readFileSync(rig.tokenFile, 'utf8').trim();
  const extraHTTPHeaders = { authorization: `Bearer ${token}` };
  const context = await browser.newContext({ ...options, extraHTTPHeaders });
  try {
    const page = await context.newPage();
    await page.goto(`${rig.url}/console/work?lang=${language}`);
    await page.getByRole('button', { name: language === 'ko' ? '적용' : 'Apply' }).waitFor();
    await act(page);
  } finally {
    await context.close();
  }
}

const choose = async (page: Page, label: string, option: string | RegExp) => {
  const select = page.getByRole('combobox', { name: label, exact: true });
  const labels = await select.locator('option').allInnerTexts();
  const found = labels.find((each) =>
    option instanceof RegExp ? option.test(each) : each === option,
  );
  await select.selectOption({ label: found ?? String(option) });
};
const apply = async (page: Page) => page.getByRole('button', { name: 'Apply' }).click();

describe('the page of work', () => {
  test('takes a bay out of service, says so, and undoes it', async () => {
    await inWork({}, 'en', async (page) => {
      await apply(page);
      await page.getByText('Something is missing.').waitFor();
      await choose(page, 'Bay', /lot-1-3/);
      await page.getByLabel('Reason').fill('a broken kerb');
      await apply(page);
      await page.getByText('Applied: lot-1-3 out of service').waitFor();
      await until(async () => (await rig.lotOf('lot-1'))?.closedBays === 1, POLITELY);
      const row = page.getByRole('listitem').filter({ hasText: 'lot-1-3 out of service' });
      await row.getByText(/until .* by operator · a broken kerb/).waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone.').waitFor();
      await row.waitFor({ state: 'detached' });
      await until(async () => (await rig.lotOf('lot-1'))?.closedBays === 0, POLITELY);
    });
    const token = readFileSync(rig.tokenFile, 'utf8').trim();
    const headers = { authorization: `Bearer ${token}` };
    const deeds = await (await fetch(`${rig.url}/api/v1/operator/audit`, { headers })).text();
    expect(deeds).toContain('overlay.add');
    expect(deeds).toContain('overlay.end');
  });

  test('lets an operator say what a bay is, for a while, though no sensor is heard', async () => {
    const bayOf = async () => {
      const answer = await fetch(`${rig.url}/api/v1/live?channel=lot:lot-1`);
      const { bays } = (await answer.json()) as { bays: { bay: string }[] };
      return bays.find(({ bay }) => bay === 'lot-1-2');
    };
    expect(await bayOf()).toMatchObject({ state: 'unknown' });
    await inWork({}, 'en', async (page) => {
      await choose(page, 'What', "Correct a bay's state");
      await choose(page, 'Bay', /lot-1-2/);
      await choose(page, 'State that I saw', 'Occupied');
      const ends = await page
        .getByRole('combobox', { name: 'Until' })
        .locator('option')
        .allInnerTexts();
      expect(ends).not.toContain('Somebody ends it');
      await apply(page);
      await page.getByText('Applied: lot-1-2 taken for occupied').waitFor();
      await until(async () => JSON.stringify(await bayOf()).includes('"corrected":true'), POLITELY);
      expect(await bayOf()).toMatchObject({ state: 'occupied', corrected: true });
      expect((await rig.lotOf('lot-1'))?.counts).toContainEqual(
        expect.objectContaining({ class: 'general', occupied: 1 }),
      );
      await page.getByRole('button', { name: 'End lot-1-2 taken for occupied' }).click();
      await until(async () => JSON.stringify(await bayOf()).includes('unknown'), POLITELY);
    });
  });

  test('shows what stays cost before and after while a tariff is typed, and drivers see it', async () => {
    await inWork({}, 'en', async (page) => {
      await choose(page, 'What', 'Tariff');
      const cells = async () =>
        (
          await page
            .getByRole('table', { name: 'What stays cost' })
            .getByRole('row')
            .allInnerTexts()
        )
          .slice(1)
          .map((row) => row.replaceAll(/\s+/g, ' '));
      expect((await cells())[0]).toBe('30 min ₩700 ₩700');
      await page.getByLabel('Base price (KRW)').fill('900');
      await page.getByLabel('Most for a day').fill('10000');
      await page.getByLabel('Free minutes').fill('30');
      expect(await cells()).toEqual([
        '30 min ₩700 Free',
        '1 h ₩1,400 ₩1,600',
        '2 h ₩2,800 ₩3,000',
        '4 h ₩5,600 ₩5,800',
        '24 h ₩33,600 ₩10,000',
      ]);
      await page.getByLabel('Base price (KRW)').fill('many');
      await apply(page);
      await page.getByText('Something is missing.').waitFor();
      await page.getByLabel('Base price (KRW)').fill('900');
      await apply(page);
      await page.getByText('Applied: Test lot 1 by another tariff').waitFor();
      await until(async () => {
        const tariff = (await rig.lotOf('lot-1'))?.tariff;
        return tariff?.kind === 'charged' && tariff.baseMinor === 900;
      }, POLITELY);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone.').waitFor();
    });
  });

  test('gives discounts and coupons by form, with what is left of prices for whom they are', async () => {
    await inWork({}, 'en', async (page) => {
      await choose(page, 'What', 'Tariff');
      const prices = page.getByRole('table', { name: 'What stays cost' });
      const row = (stay: string, before: string, after: string) =>
        prices.getByRole('row', { name: `${stay} ${before} ${after}`, exact: true }).waitFor();
      await row('2 h', '₩2,800', '₩2,800');
      await page.getByRole('button', { name: 'Add a discount' }).click();
      const discount = page.getByRole('group', { name: 'Discount 1' });
      await discount.getByLabel('For').selectOption({ label: 'Electric car' });
      await discount.getByLabel('Percent off').fill('120');
      await apply(page);
      await page.getByText('Something is missing.').waitFor();
      await discount.getByLabel('Percent off').fill('50');
      // Nothing changes for any car: the preview is for whom it does.
      await row('2 h', '₩2,800', '₩1,400');
      await row('24 h', '₩33,600', '₩16,800');
      await choose(page, 'Prices for', 'Any car');
      await row('2 h', '₩2,800', '₩2,800');
      await page.getByRole('button', { name: 'Add a coupon' }).click();
      await page.getByRole('button', { name: 'Add a coupon' }).click();
      const coupon = page.getByRole('group', { name: 'Coupon 1' });
      await coupon.getByRole('textbox', { name: 'Minutes not counted' }).fill('60');
      await row('2 h', '₩2,800', '₩2,800 (coupon ₩1,400)');
      await page.getByRole('button', { name: 'Remove coupon 2' }).click();
      await apply(page);
      await page.getByText('Applied: Test lot 1 by another tariff').waitFor();
      const tariffNow = async () => (await rig.lotOf('lot-1'))?.tariff;
      await until(async () => 'coupons' in ((await tariffNow()) ?? {}), POLITELY);
      expect(await tariffNow()).toMatchObject({
        discounts: [{ for: 'ev', percent: 50 }],
        coupons: [{ kind: 'minutes', minutes: 60 }],
      });
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone.').waitFor();
      await until(async () => !('coupons' in ((await tariffNow()) ?? {})), POLITELY);
    });
  });

  test('sets hours for a date and a notice, each for its lot alone', async () => {
    await inWork({}, 'en', async (page) => {
      await choose(page, 'What', 'Hours of one day');
      await choose(page, 'Lot', 'Test lot 2');
      await page.getByLabel('Day', { exact: true }).fill('2030-02-03');
      await page.getByLabel('Opens').fill('07:30');
      await page.getByLabel('Closes').fill('00:00');
      await apply(page);
      await page.getByText('Applied: Test lot 2 open 07:30–24:00').waitFor();
      await choose(page, 'What', 'Notice');
      await page.getByLabel('Notice (ko)').fill('장날에는 서문으로 들어오세요');
      await page.getByLabel('Notice (en)').fill('On market days use the west gate');
      await apply(page);
      await page.getByText(/Applied: Test lot 2 with the notice “On market days/).waitFor();
      await until(async () => (await rig.lotOf('lot-2'))?.notice !== undefined, POLITELY);
      expect((await rig.lotOf('lot-1'))?.notice).toBeUndefined();
    });
    const said = (await rig.get('/api/v1/operator/site/overlays')) as { overlays: object[] };
    expect(said.overlays).toContainEqual(
      expect.objectContaining({
        from: '2030-02-02T15:00:00.000Z',
        until: '2030-02-03T15:00:00.000Z',
      }),
    );
  });

  const cases = ['ko', 'en'].flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
  );
  test.each(cases)(
    'breaks no rule of accessibility in %s, %s, on a phone',
    async (language, colorScheme) => {
      await inWork({ ...PHONE, colorScheme }, language, async (page) => {
        for (const kind of ['bayState', 'lotHours', 'lotTariff', 'lotNotice']) {
          await page
            .getByRole('combobox', { name: language === 'ko' ? '무엇을' : 'What' })
            .selectOption(kind);
          if (kind === 'lotTariff') {
            const add = language === 'ko' ? / 더하기$/ : /^Add a /;
            for (const button of await page.getByRole('button', { name: add }).all()) {
              await button.click();
            }
          }
          expect([kind, await violationsOf(page)]).toEqual([kind, []]);
        }
        const isWide = await page.evaluate<boolean>(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        );
        expect(isWide).toBe(false);
      });
    },
  );
});
