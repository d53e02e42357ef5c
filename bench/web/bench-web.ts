import { launchBrowser } from '../../tests/support/browser.ts';
import type { Report, Size } from '../report.ts';
import { benchFirstView } from './first-view.ts';
import { benchMap } from './map-pace.ts';

/** The driver's page on a slow phone, through the DevTools protocol of a real browser. */
export async function* benchWeb({ isSmall }: Size): AsyncIterable<Report> {
  const browser = await launchBrowser();
  try {
    yield await benchFirstView(browser, isSmall ? 1 : 5);
    const pace = isSmall
      ? { rounds: 1, seconds: 1, cityBays: 500 }
      : { rounds: 5, seconds: 3, cityBays: 50_000 };
    yield* await benchMap(browser, pace);
  } finally {
    await browser.close();
  }
}
