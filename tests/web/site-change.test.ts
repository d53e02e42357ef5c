import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import type { Site } from '#contract/site-check.ts';
import { revisionOf } from '#api/site/site-revision.ts';
import { until } from '../support/until.ts';
import { CARD, isLive, PHONE, LOT, openBrowserOnPage, pixelsOf } from './browser-on-page.ts';
import type { BrowserOnPage } from './browser-on-page.ts';

let on: BrowserOnPage;
beforeAll(async () => {
  on = await openBrowserOnPage();
});
afterAll(async () => on[Symbol.asyncDispose]());

/** The lot under another name, without its first thirty bays. */
function smaller(site: Site): Site {
  const own = site.bays.filter(({ properties }) => properties.lot === LOT);
  const gone = new Set(own.slice(0, 30));
  const lots = site.lots.map((lot) =>
    lot.properties.id === LOT
      ? { ...lot, properties: { ...lot.properties, name: { ko: '새 이름', en: 'New name' } } }
      : lot,
  );
  return { ...site, lots, bays: site.bays.filter((bay) => !gone.has(bay)) };
}

test('an open page takes over a site that changes: names, bays on the map, and their states', async () => {
  const { street } = on.served;
  const look = { ...PHONE, locale: 'en-GB', reducedMotion: 'reduce' } as const;
  await on.inPage(look, '/m/nambu', async (page) => {
    await isLive(page);
    await page.locator('.leaflet-bays-pane canvas').waitFor({ state: 'attached' });
    await page.locator(`${CARD} .lot-fold > summary`).click();
    await page.locator('.with-bays').waitFor();
    const drawn = () => pixelsOf(page, '--bay-occupied');
    await until(async () => (await drawn()) > 50);
    const before = await drawn();
    const site = smaller(street.site);
    const [version, validFrom] = [2, 0];
    const effective = effectiveSiteOf(site, [], 0);
    const revision = revisionOf(effective);
    street.serving.changeSite({ version, validFrom, revision, ...effective });
    await until(async () => (await page.locator(CARD).innerText()).includes('New name'));
    // Not at once: the map is drawn in steps, and cars come and go meanwhile.
    await expect.poll(drawn, { timeout: 10_000 }).toBeLessThan(0.8 * before);
  });
}, 60_000);
