import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { servePage } from './served-page.ts';
import type { ServedPage } from './served-page.ts';
import { signSite, SIZES } from './sign-site.ts';

export const RIVERSIDE = 'nambu-riverside';
export const STREET = 'jeonjucheon-street';
export const VILLAGE = 'seohak-art-village';
const LOTS = [RIVERSIDE, STREET, VILLAGE];

/** A browser and the real server with signs of every make, their lots observed all the time. */
export interface BrowserOnSign extends AsyncDisposable {
  readonly served: ServedPage;
  /** Nobody observes the lots while this is false. */
  observing: boolean;
  baysOf(lot: string): number;
  /** Riverside has room, the street is crowded with some unknown, the village is full. */
  fillAll(): void;
  /** Whatever the page complains of is a failure; a cut line is said by the browser itself. */
  onSign(
    sign: string,
    act: (page: Page) => Promise<void>,
    options?: BrowserContextOptions & { readonly clock?: boolean },
  ): Promise<void>;
}

export async function openBrowserOnSign(): Promise<BrowserOnSign> {
  const [browser, served]: [Browser, ServedPage] = await Promise.all([
    launchBrowser(),
    servePage(signSite()),
  ]);
  const baysOf = (lot: string) => served.street.liveState.baysOf(lot as never).length;
  const opened: BrowserOnSign = {
    served,
    observing: true,
    baysOf,
    fillAll: () => {
      served.fill(RIVERSIDE, 30);
      served.fill(STREET, baysOf(STREET) - 6, 3);
      served.fill(VILLAGE, baysOf(VILLAGE));
    },
    onSign: async (sign, act, { clock = false, ...options } = {}) => {
      const context = await browser.newContext({ viewport: SIZES.landscape, ...options });
      const complaints: string[] = [];
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
      try {
        if (clock) await page.clock.install();
        await page.goto(`${served.url}/sign/${sign}`);
        await act(page);
        expect(complaints.filter((text) => !/net::ERR_|status of 503/.test(text))).toEqual([]);
      } finally {
        await context.close();
      }
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await browser.close();
      await served[Symbol.asyncDispose]();
    },
  };
  const timer = setInterval(() => {
    if (!opened.observing) return;
    for (const lot of LOTS) served.street.liveState.observe(lot, Date.now());
  }, 200);
  return opened;
}

export const digits = (page: Page) => page.locator('.value-number');
