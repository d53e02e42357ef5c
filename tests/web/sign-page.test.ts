import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SignId } from '#contract/ids.ts';
import { until } from '../support/until.ts';
import { digits, openBrowserOnSign, RIVERSIDE, STREET } from './browser-on-sign.ts';
import type { BrowserOnSign } from './browser-on-sign.ts';
import { SIZES } from './sign-site.ts';

let on: BrowserOnSign;
beforeAll(async () => {
  on = await openBrowserOnSign();
});
afterAll(async () => on[Symbol.asyncDispose]());
beforeEach(() => {
  on.observing = true;
  on.fillAll();
});

const row = (page: Page, name: RegExp) => page.getByRole('listitem').filter({ hasText: name });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run(document).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      id + ' ' + target.join(' ') + ' ' + failureSummary)))`);
}

describe('a sign’s page', () => {
  test('shows arrow, lot and number or word, in its language', async () => {
    await on.onSign('three', async (page) => {
      await digits(page).waitFor();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('전주남부시장');
      expect(await row(page, /남부시장 천변/).innerText()).toMatch(/\d+$/);
      expect(await row(page, /전주천 노상/).innerText()).toContain('혼잡');
      expect(await row(page, /서학예술마을/).innerText()).toContain('만차');
      expect(await page.getByRole('img').evaluateAll((all) => all.length)).toBe(3);
      // Simulated parking says so everywhere.
      await page.getByText('모의 주차장').waitFor();
    });
    await on.onSign('both', async (page) => {
      await digits(page).waitFor();
      expect(await row(page, /Seohak Village/).innerText()).toMatch(/만차\s+Full/);
      expect(await page.locator('[lang=en]').count()).toBeGreaterThan(3);
    });
  });

  test('points a full lot’s row to the lot that the site file names', async () => {
    on.served.fill(RIVERSIDE, on.baysOf(RIVERSIDE));
    on.served.fill(STREET, 4);
    await on.onSign('one', async (page) => {
      const full = row(page, /남부시장 천변/);
      await full.getByText('만차').waitFor();
      expect(await full.locator('.instead').innerText()).toMatch(/\d+$/);
      expect(await full.locator('.instead').getByRole('img').getAttribute('aria-label')).toBe('→');
    });
  });

  test.each(
    Object.keys(SIZES).flatMap((size) =>
      ['three', 'three-night', 'english', 'both', 'symbols', 'one', 'one-night'].map(
        (sign) => [sign, size as keyof typeof SIZES] as const,
      ),
    ),
  )('%s fits a %s without scrolling, its digits large, and breaks no rule', async (sign, size) => {
    await on.onSign(
      sign,
      async (page) => {
        await digits(page).waitFor();
        await page.evaluate('document.fonts.ready');
        const measured = await page.evaluate<{
          scrolls: boolean;
          cut: string[];
          share: number;
          wide: number;
        }>(`(() => {
          const { scrollWidth, scrollHeight } = document.documentElement;
          const outside = [...document.querySelectorAll('.value, .arrow')].filter((each) => {
            const [own, row] = [each, each.closest('.row')].map((e) => e.getBoundingClientRect());
            return own.left < -1 || own.right > innerWidth + 1 || own.top < row.top - 1 || own.bottom > row.bottom + 1;
          });
          const value = document.querySelector('.value-number');
          const context = document.createElement('canvas').getContext('2d');
          context.font = '700 100px Pretendard';
          const cap = context.measureText('8').actualBoundingBoxAscent / 100;
          const digits = cap * parseFloat(getComputedStyle(value).fontSize);
          return {
            scrolls: scrollWidth > innerWidth || scrollHeight > innerHeight,
            cut: outside.map((each) => each.textContent || String(each.className)),
            wide: value.getBoundingClientRect().width / innerWidth,
            share: digits / value.closest('.row').getBoundingClientRect().height,
          };
        })()`);
        expect(measured).toMatchObject({ scrolls: false, cut: [] });
        // Upright there may be no more room for three cells beside each other.
        expect(measured.share > 0.44 || measured.wide > 0.7).toBe(true);
        expect(await violationsOf(page)).toEqual([]);
      },
      { viewport: SIZES[size] },
    );
  });

  test('is dim by night, and moves a little every minute', async () => {
    await on.onSign('three-night', async (page) => {
      await digits(page).waitFor();
      expect(await page.locator('body').getAttribute('class')).toBe('night');
    });
    await on.onSign(
      'three',
      async (page) => {
        await digits(page).waitFor();
        const place = async () => (await page.locator('.sign').boundingBox())?.x;
        expect(await place()).toBe(0);
        await page.clock.runFor(65_000);
        await until(async () => (await place()) !== 0);
      },
      { clock: true },
    );
  });

  test('says what it shows, with the key of its address alone', async () => {
    const { controls } = on.served.street.signs;
    const agreement = () => {
      const { board, reports } = on.served.street.signs;
      const decided = board.of('three' as SignId);
      return decided && reports.agreementOf(decided);
    };
    await on.onSign('three', async (page) => {
      await digits(page).waitFor();
      expect(agreement()).toBe('unheard');
    });
    await on.onSign(`three#${controls.reportKeyOf('three' as SignId)}`, async () => {
      await until(() => agreement() === 'agrees');
    });
  });

  test('shows what an operator asked for', async () => {
    const { controls } = on.served.street.signs;
    const made = controls.add({
      sign: 'one' as SignId,
      change: { kind: 'test' },
      from: new Date().toISOString(),
      until: new Date(Date.now() + 60_000).toISOString(),
      author: 'a test',
    });
    await on.onSign('one', async (page) => {
      await page.getByText('시험').waitFor();
      controls.end(made, 'a test');
      await digits(page).waitFor();
      expect(await digits(page).innerText()).toMatch(/^\d+$/);
    });
  });
});
