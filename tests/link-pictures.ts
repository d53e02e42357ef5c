// Draws the pictures that messengers show beside a link, web/public/og-*.png:
// `node --import tsx tests/link-pictures.ts`. No number in them: messengers keep them for days.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from './support/browser.ts';

const FOLDER = join(import.meta.dirname, '../web/public');
const font = (name: string) =>
  readFileSync(
    join(import.meta.dirname, `fixtures/fonts/Pretendard-${name}.subset.woff2`),
    'base64',
  );
const texts = {
  ko: ['빈자리', '지금 빈자리 · 요금 · 걷는 시간'],
  en: ['Binjari', 'Free bays · prices · walking times'],
} as const;

const browser = await launchBrowser();
for (const [language, [brand, line]] of Object.entries(texts)) {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 630 } });
  await page.setContent(`<!doctype html><html lang="${language}"><style>
    @font-face { font-family: P; font-weight: 400; src: url(data:font/woff2;base64,${font('Regular')}) }
    @font-face { font-family: P; font-weight: 700; src: url(data:font/woff2;base64,${font('Bold')}) }
    body { margin: 0; height: 630px; display: flex; gap: 70px; align-items: center; padding: 0 90px; background: #f6f7f9; color: #1a1a1a; font: 44px/1.3 P }
    svg { flex: none } h1 { margin: 0; font-size: 130px; line-height: 1.1 } p { margin: 24px 0 0; color: #4a4f57 }
  </style><svg width="300" height="300" viewBox="0 0 20 20"><circle cx="10" cy="10" r="10" fill="#0072b2"/><path d="M7.2 15V5h3.6a3.2 3.2 0 0 1 0 6.4H7.2" fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/></svg><div><h1>${brand}</h1><p>${line}</p></div>`);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(FOLDER, `og-${language}.png`) });
}
await browser.close();
