import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveStreet } from '../api/http/served-street.ts';
import type { ServedStreet } from '../api/http/served-street.ts';
import { violationsOf } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';

let street: ServedStreet;
let browser: Browser;
beforeAll(async () => {
  [street, browser] = await Promise.all([serveStreet(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await street[Symbol.asyncDispose]();
});

const BY = { kind: 'bootstrap', name: 'bootstrap', address: '127.0.0.1' } as const;
const NEXT = 'seven grey herons by the weir';

async function addUser(name: string): Promise<string> {
  const { password, hash } = await street.operations.logins.firstPassword();
  street.operations.users.add(BY, { name, role: 'operator', scope: 'site', password: hash });
  return password;
}

async function logIn(page: Page, language: string, name: string, password: string) {
  await page.goto(`${street.url}/login?lang=${language}`);
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(password);
  await page.locator('main button').click();
}

test('an operator logs in, sets a password of their own, and logs out, without a script running', async () => {
  const first = await addUser('kim');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await logIn(page, 'en', 'kim', 'wrong');
  expect(await page.locator('[role=alert]').textContent()).toContain('wrong');
  expect(await page.locator('#name').inputValue()).toBe('kim');
  expect(await page.locator('#password').inputValue()).toBe('');

  await logIn(page, 'en', 'kim', first);
  await page.locator('#current').waitFor();
  expect(await page.locator('[role=alert]').textContent()).toContain('password of your own');
  const set = async (current: string, next: string, again: string) => {
    await page.locator('#current').fill(current);
    await page.locator('#next').fill(next);
    await page.locator('#again').fill(again);
    await page.locator('form[action^="/account/password"] button').click();
  };
  await set(first, NEXT, `${NEXT}!`);
  expect(await page.locator('[role=alert]').textContent()).toContain('differ');
  await set(first, 'password1234', 'password1234');
  expect(await page.locator('[role=alert]').textContent()).toContain('too simple');
  await set(first, NEXT, NEXT);
  expect(await page.locator('[role=status]').textContent()).toContain('is changed');

  await page.goto(`${street.url}/login?lang=ko`);
  expect(page.url()).toContain('/account?lang=ko');
  await page.locator('form[action^="/logout"] button').click();
  expect(await page.locator('[role=status]').textContent()).toContain('로그아웃했습니다');
  await page.goto(`${street.url}/account`);
  expect(page.url()).toContain('/login');
  expect(complaints.filter((text) => /Content.Security/i.test(text))).toEqual([]);
  await context.close();
});

test('nothing of a form runs as a script, whatever is typed into it', async () => {
  const page = await browser.newPage();
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  for (const name of [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    '</title><svg onload=alert(1)>',
  ]) {
    await logIn(page, 'en', name, 'x');
    await page.locator('[role=alert]').waitFor();
    expect(await page.locator('#name').inputValue()).toBe(name);
  }
  expect(dialogs).toBe(0);
  expect(await page.locator('script, img, svg').count()).toBe(0);
  await page.close();
});

describe('accessibility rules', () => {
  const cases = ['ko', 'en'].flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
  );
  test.each(cases)('find nothing in %s, %s', async (language, colorScheme) => {
    const password = await addUser(`lee-${language}-${colorScheme}`);
    const context = await browser.newContext({
      colorScheme,
      viewport: { width: 320, height: 640 },
    });
    const page = await context.newPage();
    for (const path of ['/login', '/privacy']) {
      await page.goto(`${street.url}${path}?lang=${language}`);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      expect([path, await violationsOf(page)]).toEqual([path, []]);
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > 320');
      expect([path, wide]).toEqual([path, false]);
    }
    await logIn(page, language, `lee-${language}-${colorScheme}`, password);
    await page.locator('#current').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await context.close();
  });

  test('find nothing in forced colours', async () => {
    const context = await browser.newContext({ forcedColors: 'active' });
    const page = await context.newPage();
    await page.goto(`${street.url}/login?lang=ko`);
    expect(await violationsOf(page)).toEqual([]);
    await context.close();
  });
});
