import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { servePage } from './served-page.ts';
import type { ServedPage } from './served-page.ts';

export const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
} as const;
export const DESK = { viewport: { width: 1360, height: 800 } } as const;
/** The lot that most tests look at: near the market, some of its bays sensed. */
export const LOT = 'nambu-riverside';
export const CARD = `#lot-${LOT}`;
const OTHERS = [
  ['jeonjucheon-street', 24],
  ['seohak-art-village', 25],
] as const;

/** A browser and the real server with the seed's site, some of its lots observed all the time. */
export interface BrowserOnPage extends AsyncDisposable {
  readonly browser: Browser;
  readonly served: ServedPage;
  /** Runs in a page of its own; whatever the page complains of is a failure. */
  inPage(
    options: BrowserContextOptions,
    path: string,
    act: (page: Page) => Promise<void>,
  ): Promise<void>;
}

export async function openBrowserOnPage(): Promise<BrowserOnPage> {
  const [browser, served] = await Promise.all([launchBrowser(), servePage()]);
  served.fill(LOT, 60, 3);
  for (const [lot, occupied] of OTHERS) served.fill(lot, occupied);
  const observing = setInterval(() => {
    for (const lot of [LOT, ...OTHERS.map(([id]) => id)])
      served.street.liveState.observe(lot, Date.now());
  }, 1_000);
  return {
    browser,
    served,
    inPage: async (options, path, act) => {
      const context = await browser.newContext(options);
      const complaints: string[] = [];
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      try {
        await page.goto(`${served.url}${path}`);
        await act(page);
        // A cut line is said by the browser itself; everything else is ours.
        expect(complaints.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
      } finally {
        await context.close();
      }
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(observing);
      await browser.close();
      await served[Symbol.asyncDispose]();
    },
  };
}

export const isLive = async (page: Page): Promise<void> => page.locator('.feed-live').waitFor();
