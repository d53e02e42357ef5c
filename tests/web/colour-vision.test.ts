import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLive, LOT, openBrowserOnPage, PHONE } from './browser-on-page.ts';
import type { BrowserOnPage } from './browser-on-page.ts';

/** What every driver must tell apart before a number is read: plenty, few, full. */
const LOOKS = ['plenty', 'few', 'full'] as const;
type Look = (typeof LOOKS)[number];
const PAIRS: readonly (readonly [Look, Look])[] = [
  ['plenty', 'few'],
  ['few', 'full'],
  ['plenty', 'full'],
];
/** CIE 1976 distance; a difference is seen from about 2, green and red fall to 18 for deuteranopes. */
const LEAST_DISTANCE = 37;

const [FEW, FULL] = ['jeonjucheon-street', 'seohak-art-village'] as const;

let on: BrowserOnPage;
beforeAll(async () => {
  on = await openBrowserOnPage();
  const sizeOf = (lot: string) => on.served.street.liveState.baysOf(lot as never).length;
  on.served.fill(LOT, 0);
  on.served.fill(FEW, sizeOf(FEW) - 6);
  on.served.fill(FULL, sizeOf(FULL));
});
afterAll(async () => on[Symbol.asyncDispose]());

test.each(['light', 'dark'] as const)(
  'plenty, few and full are three colours to every eye, %s',
  async (colorScheme) => {
    await on.inPage({ ...PHONE, colorScheme }, '/m/nambu', async (page) => {
      await isLive(page);
      const cdp = await page.context().newCDPSession(page);
      for (const type of ['none', 'protanopia', 'deuteranopia', 'tritanopia'] as const) {
        await cdp.send('Emulation.setEmulatedVisionDeficiency', { type });
        const colours = new Map<Look, Lab>();
        for (const look of LOOKS) colours.set(look, await colourOf(page, look));
        for (const [one, other] of PAIRS) {
          const distance = apart(colours.get(one), colours.get(other));
          expect(distance, `${one} and ${other}, ${type}`).toBeGreaterThan(LEAST_DISTANCE);
        }
      }
    });
  },
);

test('each look has a shape or a word of its own, whatever its colour', async () => {
  await on.inPage(PHONE, '/m/nambu', async (page) => {
    await isLive(page);
    const shown = new Set<string>();
    for (const look of LOOKS) {
      const pin = page.locator(`.pin-${look}`).first();
      await pin.waitFor({ state: 'attached' });
      const text = await pin.locator('xpath=..').innerText();
      shown.add(text.replaceAll(/[\d\s]/g, ''));
    }
    expect(shown.size).toBe(LOOKS.length);
  });
});

type Lab = readonly [number, number, number];

/** The colour that most of a pin's pixels have on the screen, as the emulated eye gets it. */
async function colourOf(page: Page, look: Look): Promise<Lab> {
  const pin = page.locator(`.list .pin-${look}`).first();
  await pin.scrollIntoViewIfNeeded();
  const picture = (await pin.screenshot()).toString('base64');
  const [r = 0, g = 0, b = 0] = await page.evaluate<number[]>(`(async () => {
    const bytes = Uint8Array.from(atob('${picture}'), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    const count = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const key = data[at] + ',' + data[at + 1] + ',' + data[at + 2];
      count.set(key, (count.get(key) ?? 0) + 1);
    }
    const [most] = [...count].toSorted(([, a], [, b]) => b - a);
    return most[0].split(',').map(Number);
  })()`);
  return labOf(r, g, b);
}

/** CIE L*a*b* of an sRGB colour under D65 (CIE 15:2004; IEC 61966-2-1). */
function labOf(...rgb: readonly [number, number, number]): Lab {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Lab;
  const root = (t: number) => (t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116);
  const x = root((0.412_456 * r + 0.357_576 * g + 0.180_438 * b) / 0.950_47);
  const y = root(0.212_673 * r + 0.715_152 * g + 0.072_175 * b);
  const z = root((0.019_334 * r + 0.119_192 * g + 0.950_304 * b) / 1.088_83);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function apart(one: Lab | undefined, other: Lab | undefined): number {
  if (!one || !other) throw new Error('a look was not seen');
  return Math.hypot(...one.map((part, at) => part - (other[at] ?? Number.NaN)));
}
