import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import { violationsOf } from '../../support/axe.ts';
import { aStreet } from '../../api/http/street.ts';
import { openConsole, PHONE } from './console-rig.ts';
import type { ConsoleRig } from './console-rig.ts';

const GATEWAY = 'gateway-1';
const LINE = 'line-0';
let rig: ConsoleRig;
beforeAll(async () => {
  rig = await openConsole(aStreet({ bays: 12 }));
});
afterAll(async () => rig[Symbol.asyncDispose]());

test('who is not logged in comes to the login, and from there back to the page they asked for', async () => {
  const { served, browser } = rig;
  const { password, hash } = await served.street.operations.logins.firstPassword();
  const by = { kind: 'bootstrap', name: 'bootstrap', address: '127.0.0.1' } as const;
  const { users } = served.street.operations;
  users.add(by, { name: 'kim', role: 'operator', scope: 'site', password: hash });
  users.changePassword(by, 'kim', hash, '');
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${served.url}/console?lang=en&since=1`);
  expect(page.url()).toContain('/login?');
  await page.getByLabel('User name').fill('kim');
  await page.getByLabel('Password').fill('not that');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
  expect(page.url()).toBe(`${served.url}/console?lang=en&since=1`);
  await context.close();
});

test.each(['//evil.example/console', 'https://evil.example/console', '/console/../account', '/'])(
  'a login does not lead on to %s',
  async (next) => {
    const { served } = rig;
    const form = await fetch(`${served.url}/login?lang=en&next=${encodeURIComponent(next)}`);
    expect(await form.text()).not.toContain('next=');
  },
);

describe('now', () => {
  test('shows the lots by pressure as they change, and says since when one is full', async () => {
    rig.tellHealth(GATEWAY, LINE);
    rig.served.fill('full', 6);
    await rig.inConsole({ path: '/console?lang=en' }, async (page) => {
      const row = page.getByRole('row', { name: /Lot full/ });
      await row.getByRole('cell', { name: '6 / 12' }).waitFor();
      await row.getByRole('cell', { name: '50%' }).first().waitFor();
      rig.served.fill('full', 12);
      await row.getByRole('cell', { name: '12 / 12' }).waitFor();
      await row.getByRole('cell', { name: /Full for \d+ s/ }).waitFor();
      expect(await page.getByText('2 lots without sensors').count()).toBe(1);
    });
  });

  test('says of a dead line one sentence, and of a single sensor its own reason', async () => {
    const bays = rig.served.street.liveState.baysOf('full' as LotId).map(({ bay }) => bay);
    rig.served.fill('full', 0, 12);
    const dead = { state: 'offline', reasons: ['line_fault'] } as const;
    rig.tellHealth(GATEWAY, LINE, Object.fromEntries(bays.map((bay) => [bay, dead])));
    await rig.inConsole({ path: '/console?lang=en' }, async (page) => {
      const why = page.getByRole('region', { name: 'What is unknown, and why' });
      await why.getByText('all of line gateway-1 · line-0 is silent').waitFor();
      expect(await why.getByRole('listitem').count()).toBe(1);
      expect(await why.getByRole('strong').or(why.locator('strong')).innerText()).toContain(
        '12 bays',
      );
      rig.tellHealth(GATEWAY, LINE, { 'full-3': { state: 'faulty', reasons: ['stuck_value'] } });
      rig.served.fill('full', 0, 12);
      await why.getByText('the same value 60 times: stuck').waitFor();
      await why.getByText('not observed yet').waitFor();
    });
  });

  test('says that the connection is lost, and after a minute shows no number any more', async () => {
    rig.tellHealth(GATEWAY, LINE);
    rig.served.fill('full', 5);
    await rig.inConsole({ path: '/console?lang=en' }, async (page) => {
      await page.clock.install();
      await page.reload();
      const cell = page.getByRole('cell', { name: '5 / 12' });
      await cell.waitFor();
      await page.route('**/api/**', async (route) => route.abort());
      await page.clock.runFor(9_000);
      await page.getByText(/The connection is lost. Values are from \d+ seconds ago/).waitFor();
      expect(await cell.isVisible()).toBe(true);
      await page.clock.runFor(60_000);
      await page.getByText('no values are shown').waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
    });
  });

  test('draws the last hours as a curve with its words, and leaves out what nobody watched', async () => {
    const hour = HOUR_MS * Math.floor(Date.now() / HOUR_MS);
    const seen = { lot: 'full' as LotId, arrivals: 0, departures: 0 };
    rig.served.street.history.hours.push(
      {
        ...seen,
        hourAt: hour - 5 * HOUR_MS,
        occupiedBayMs: 30,
        vacantBayMs: 10,
        observedBayMs: 40,
      },
      { ...seen, hourAt: hour - HOUR_MS, occupiedBayMs: 10, vacantBayMs: 30, observedBayMs: 40 },
    );
    await rig.inConsole({ path: '/console?lang=en' }, async (page) => {
      const curve = page.getByRole('img', { name: /Lot full: occupancy .* at most 75%, 22 hours/ });
      await curve.waitFor();
      // Two hours apart are two strokes: between them there is nothing.
      expect((await curve.locator('path').getAttribute('d'))?.match(/M/g)).toHaveLength(2);
    });
  });

  test('is for who has single lots of those lots alone, and says so', async () => {
    const visit = { scope: ['counted'], path: '/console?lang=en' };
    await rig.inConsole(visit, async (page) => {
      await page.getByText('1 lot without sensors').waitFor();
      expect(await page.getByText('Lot full').count()).toBe(0);
      await page.getByRole('contentinfo').getByText('counted').waitFor();
    });
  });
});

test('the console is gone through by keyboard, in the other language and another theme', async () => {
  await rig.inConsole({ path: '/console?lang=ko' }, async (page) => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('본문으로 건너뛰기');
    await page.getByRole('link', { name: '센서', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/console/sensors');
    await page.locator('#heading:focus').waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: '지금' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByLabel('Colours').selectOption('Dark');
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(18, 22, 27)');
    await page.goto(`${rig.served.url}/console`);
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    expect(await ground()).toBe('rgb(18, 22, 27)');
  });
});

test('a person without a role of more than looking sees the same, and a session that ends leads to the login', async () => {
  await rig.inConsole({ role: 'viewer', path: '/console?lang=en' }, async (page) => {
    await page.getByRole('table').waitFor();
    await page.context().clearCookies();
    await page.waitForURL('**/login?*');
    expect(page.url()).toContain('next=%2Fconsole');
  });
});

describe('accessibility rules', () => {
  const cases = ['ko', 'en'].flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
  );
  test.each(cases)('find nothing in %s, %s, on desk and phone', async (language, colorScheme) => {
    rig.tellHealth(GATEWAY, LINE, { 'full-3': { state: 'faulty', reasons: ['stuck_value'] } });
    rig.served.fill('full', 4, 3);
    for (const options of [{ colorScheme }, { ...PHONE, colorScheme }]) {
      await rig.inConsole({ options, path: `/console?lang=${language}` }, async (page) => {
        await page.getByRole('table').waitFor();
        expect(await violationsOf(page)).toEqual([]);
        const isWide = await page.evaluate<boolean>(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        );
        expect(isWide).toBe(false);
      });
    }
  });
});
