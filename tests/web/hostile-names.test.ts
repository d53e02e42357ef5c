import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { readSite } from '#contract/site-check.ts';
import { HOSTILE_NAMES } from '../api/http/payloads.ts';
import { aStreetFile } from '../api/http/street.ts';
import { launchBrowser } from '../support/browser.ts';
import { DESK } from './browser-on-page.ts';
import { servePage } from './served-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => browser.close());

interface Feature {
  readonly properties: { readonly kind: string; readonly id?: string };
}

/** A street with a lot for each hostile name. */
function hostileSite(names: readonly string[]) {
  const file = aStreetFile() as { features: Feature[] };
  const bare = file.features.find(({ properties }) => properties.id === 'bare');
  if (!bare) throw new Error('the street has a bare lot');
  const lots = names.map((name, at) => ({
    ...bare,
    properties: { ...bare.properties, id: `hostile-${at}`, name: { ko: name, en: name } },
  }));
  return readSite({ ...file, features: [...file.features, ...lots] });
}

test(`A10: ${HOSTILE_NAMES.length} names that are markup, formulas or script stay names on the page`, async () => {
  expect(HOSTILE_NAMES.length).toBeGreaterThanOrEqual(500);
  const read = hostileSite(HOSTILE_NAMES);
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 3)));
  await using served = await servePage(read.site);
  const page = await browser.newPage({ ...DESK, locale: 'en-GB', reducedMotion: 'reduce' });
  const trouble: string[] = [];
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) trouble.push(message.text());
  });
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).host));

  const answer = await page.goto(served.url);
  expect(answer?.status()).toBe(200);
  await page.locator('.feed-live').waitFor();
  const shown = await page.locator('h3').allTextContents();
  const missing = HOSTILE_NAMES.filter((name) => !shown.some((text) => text.includes(name)));
  expect(missing).toEqual([]);
  expect(trouble).toEqual([]);
  expect([...asked]).toEqual([new URL(served.url).host]);
  await page.close();
}, 120_000);
