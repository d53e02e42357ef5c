// Takes the README's screenshots from a running system: `npm start`, then
// `node --import tsx tests/screenshots.ts [http://127.0.0.1:8080] [folder] [jpeg|png]`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser, lendKoreanFont } from './support/browser.ts';

const [url = 'http://127.0.0.1:8080', folder = 'docs/screenshots', asked] = process.argv.slice(2);
const picture =
  asked === 'png'
    ? ({ ending: 'png', options: { type: 'png' } } as const)
    : ({ ending: 'jpg', options: { type: 'jpeg', quality: 82 } } as const);

const shots = [
  { name: 'phone-ko', path: '/m/nambu', locale: 'ko-KR', colorScheme: 'light', size: [390, 844] },
  {
    name: 'phone-ko-dark',
    path: '/m/nambu',
    locale: 'ko-KR',
    colorScheme: 'dark',
    size: [390, 844],
  },
  { name: 'phone-en', path: '/m/nambu', locale: 'en-GB', colorScheme: 'light', size: [390, 844] },
  {
    name: 'phone-en-dark',
    path: '/m/nambu',
    locale: 'en-GB',
    colorScheme: 'dark',
    size: [390, 844],
  },
  { name: 'desk-ko', path: '/m/nambu', locale: 'ko-KR', colorScheme: 'light', size: [1360, 800] },
  {
    name: 'desk-ko-dark',
    path: '/m/nambu',
    locale: 'ko-KR',
    colorScheme: 'dark',
    size: [1360, 800],
  },
  { name: 'desk-en', path: '/m/nambu', locale: 'en-GB', colorScheme: 'light', size: [1360, 800] },
  {
    name: 'desk-en-dark',
    path: '/m/nambu',
    locale: 'en-GB',
    colorScheme: 'dark',
    size: [1360, 800],
  },
  {
    name: 'sign-ko',
    path: '/sign/sign-nambu-gate',
    locale: 'ko-KR',
    colorScheme: 'dark',
    size: [1920, 1080],
  },
] as const;

mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
for (const { name, path, locale, colorScheme, size } of shots) {
  const [width, height] = size;
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    colorScheme,
    deviceScaleFactor: width < 500 ? 1.5 : 1,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  await page.goto(`${url}${path}`);
  await lendKoreanFont(page);
  const drawn = path.startsWith('/sign/') ? '.value-number' : '.lot-pin:not(.lot-pin-under)';
  await page.locator(drawn).first().waitFor();
  await page.screenshot({ path: join(folder, `${name}.${picture.ending}`), ...picture.options });
  await context.close();
}
await browser.close();
