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

/** How many pixels of the bays' canvas have a colour of the style sheet. */
export const pixelsOf = async (page: Page, colour: string): Promise<number> =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector('.leaflet-bays-pane canvas');
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(document.body).getPropertyValue('${colour}');
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] === 255 && data[at] === r && data[at + 1] === g && data[at + 2] === b) count += 1;
    return count;
  })()`);
