// Draws the pictures that messengers show beside a link: `node --import tsx tests/link-pictures.ts`
// those of the page, web/public/og-*.png, and with a site's folder behind it those of its markets,
// FOLDER/pictures/MARKET-LANGUAGE.png. No number in them: messengers keep them for days.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { launchBrowser } from './support/browser.ts';

const [siteFolder] = process.argv.slice(2);
const font = readFileSync(
  join(import.meta.dirname, 'fixtures/fonts/Pretendard-Regular.subset.woff2'),
  'base64',
);
const texts = {
  ko: { brand: '빈자리', line: '지금 빈자리 · 요금 · 걷는 시간' },
  en: { brand: 'Binjari', line: 'Free bays · prices · walking times' },
} as const;
type Language = keyof typeof texts;

interface Picture {
  readonly path: string;
  readonly language: Language;
  readonly title: string;
  readonly line: string;
  /** Above the title; empty: the title is the brand. */
  readonly brand: string;
}

/** Names of places are text, not markup. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const pictures = siteFolder === undefined ? picturesOfPage() : picturesOfMarkets(siteFolder);
const browser = await launchBrowser();
for (const { path, language, title, line, brand } of pictures) {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 630 } });
  const size = brand === '' ? 130 : 84;
  await page.setContent(`<!doctype html><html lang="${language}"><style>
    @font-face { font-family: P; font-weight: 400; src: url(data:font/woff2;base64,${font}) }
    body { margin: 0; height: 630px; display: flex; gap: 70px; align-items: center; padding: 0 90px; background: #f6f7f9; color: #1a1a1a; font: 44px/1.3 P }
    svg { flex: none } h1 { margin: 0; font-size: ${size}px; line-height: 1.15; word-break: keep-all } p { margin: 24px 0 0; color: #4a4f57; font-size: 40px; white-space: nowrap } .brand { margin: 0 0 12px; color: #0072b2; font-weight: 700 }
  </style><svg width="300" height="300" viewBox="0 0 20 20"><circle cx="10" cy="10" r="10" fill="#0072b2"/><path d="M7.2 15V5h3.6a3.2 3.2 0 0 1 0 6.4H7.2" fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/></svg><div>${brand && `<p class="brand">${brand}</p>`}<h1>${escaped(title)}</h1><p>${line}</p></div>`);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path });
  await page.close();
}
await browser.close();

function picturesOfPage(): Picture[] {
  const folder = join(import.meta.dirname, '../web/public');
  return languages().map((language) => {
    const { brand: title, line } = texts[language];
    return { path: join(folder, `og-${language}.png`), language, title, line, brand: '' };
  });
}

function picturesOfMarkets(site: string): Picture[] {
  const folder = join(site, 'pictures');
  mkdirSync(folder, { recursive: true });
  return readSiteFolder(site).markets.flatMap(({ properties: { id, name } }) =>
    languages().map((language) => {
      const { brand, line } = texts[language];
      const title = name[language] ?? Object.values(name)[0] ?? id;
      return { path: join(folder, `${id}-${language}.png`), language, title, line, brand };
    }),
  );
}

function languages(): Language[] {
  return Object.keys(texts) as Language[];
}
