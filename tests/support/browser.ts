import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { messageOf } from '#runtime/errors.ts';

/**
 * The browser of all browser tests: the Chromium that comes as an npm package, without a GPU and
 * with web security on (that package's own arguments switch it off).
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await browserPath();
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...(await ownLibraries(executablePath)) },
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'],
  });
}

const PACKAGE = '@sparticuz/chromium';
const run = promisify(execFile);

/**
 * Where the browser is, unpacked once a version. The package unpacks into TMPDIR and takes half a
 * file for a whole one; so it unpacks in a folder of its own, which then gets its name at once.
 */
async function browserPath(): Promise<string> {
  const require = createRequire(import.meta.url);
  const packageFile = join(dirname(require.resolve(PACKAGE)), '../../package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const folder = join(tmpdir(), `binjari-chromium-${version}-libraries`);
  const path = join(folder, 'chromium');
  if (existsSync(path)) return path;
  const own = mkdtempSync(join(tmpdir(), 'binjari-unpack-'));
  const unpack = `import chromium from '${PACKAGE}'; await chromium.executablePath();`;
  await run(process.execPath, ['--input-type=module', '-e', unpack], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    // By this name the package unpacks its libraries, too.
    env: { ...process.env, TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
  });
  try {
    renameSync(own, folder);
  } catch (error) {
    // Another test was first; its folder is as good.
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(path)) throw new Error(`no browser: ${messageOf(error)}`, { cause: error });
  }
  return path;
}

/** The package's own copies of the few libraries that a small machine may lack (NSS, expat). */
async function ownLibraries(path: string): Promise<Record<string, string>> {
  const { stdout } = await run('ldd', [path]);
  return stdout.includes('not found')
    ? { LD_LIBRARY_PATH: join(dirname(path), 'al2023', 'lib') }
    : {};
}

const FONTS = new URL('../fixtures/fonts/', import.meta.url);
/** The sign's page brings its own. */
const SIGN_FONTS = new URL('../../web/sign/font/', import.meta.url);

/**
 * Gives the page a Korean font: a headless browser has none, phones have their own. Served under
 * the page's own address, so that its Content-Security-Policy stays as it is.
 */
export async function lendKoreanFont(page: Page): Promise<void> {
  await page.route('**/test-fonts/*', async (route) => {
    const name = route.request().url().split('/').at(-1) ?? '';
    if (name.endsWith('.css')) return route.fulfill({ contentType: 'text/css', body: FONT_CSS });
    const folder = name.includes('Bold') ? SIGN_FONTS : FONTS;
    const body = readFileSync(new URL(name, folder));
    return route.fulfill({ contentType: 'font/woff2', body });
  });
  await page.addStyleTag({ url: '/test-fonts/pretendard.css' });
  await page.evaluate('document.fonts.ready');
}

const FONT_CSS = [
  ['Regular', '100 550'],
  ['Bold', '551 900'],
]
  .map(
    ([name, weight]) =>
      `@font-face { font-family: Pretendard; font-weight: ${weight}; src: url(/test-fonts/Pretendard-${name}.subset.woff2) format("woff2"); }`,
  )
  .join('\n');
