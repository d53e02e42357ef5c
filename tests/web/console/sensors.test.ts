import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../../support/axe.ts';
import { launchBrowser } from '../../support/browser.ts';
import { startSystem } from '../../support/system.ts';
import { aStreet } from '../../api/http/street.ts';
import { openConsole, PHONE } from './console-rig.ts';
import type { ConsoleRig } from './console-rig.ts';

const GATEWAY = 'gateway-1';
const LINE = 'line-0';
let rig: ConsoleRig;
beforeAll(async () => {
  rig = await openConsole(aStreet({ bays: 40 }));
});
afterAll(async () => rig[Symbol.asyncDispose]());

/** What the page says first of each thing to look at. */
const rowsOf = async (page: Page): Promise<string[]> =>
  page
    .getByRole('region', { name: 'Sensors that lie, and faults' })
    .getByRole('listitem')
    .locator('strong')
    .allInnerTexts();

describe('the sensors page', () => {
  test('puts the sensor that lies on top and a dead line into one row, with counters and trend', async () => {
    const dead = { state: 'offline', reasons: ['line_fault'] } as const;
    const bays = Array.from({ length: 8 }, (_, at) => `full-${33 + at}`);
    rig.tellHealth(GATEWAY, 'line-1', Object.fromEntries(bays.map((bay) => [bay, dead])));
    rig.tellHealth(GATEWAY, LINE, {
      'full-2': { state: 'degraded', reasons: ['supply_low'] },
      'full-9': { state: 'faulty', reasons: ['stuck_value'] },
    });
    await rig.inConsole({ path: '/console/sensors?lang=en' }, async (page) => {
      await page.getByText('Lies · the same value 60 times: stuck').waitFor();
      expect(await rowsOf(page)).toEqual([
        'full-9',
        'All of line gateway-1 · line-1 (8 sensors)',
        'full-2',
      ]);
      const look = page.getByRole('button', { name: 'Look at full-9' });
      await look.press('Enter');
      await page.getByRole('img', { name: /node-8: errors of the last 24 hours/ }).waitFor();
      const cells = page.getByRole('row', { name: /full-9/ }).getByRole('cell');
      expect((await cells.allInnerTexts()).slice(4)).toEqual([
        '12,000',
        '3',
        '1',
        '0',
        '4.98 V',
        '12.5 °C',
      ]);
      await page.getByText('As a table').click();
      await page.getByRole('columnheader', { name: 'Errors of 1,000' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      // What is mended leaves by itself.
      rig.tellHealth(GATEWAY, LINE);
      await page.getByText('full-2', { exact: true }).waitFor({ state: 'detached' });
    });
  });

  test('shows one lot alone, in an address that can be sent on', async () => {
    rig.tellHealth(GATEWAY, LINE, { 'full-9': { state: 'faulty', reasons: ['tamper'] } });
    await rig.inConsole({ path: '/console/sensors?lang=en&lot=counted' }, async (page) => {
      await page.getByText('Every sensor may be trusted.').waitFor();
      await page.getByLabel('Lot').selectOption({ label: 'Lot full' });
      await page.getByText('full-9', { exact: true }).first().waitFor();
      expect(page.url()).toContain('lot=full');
    });
  });

  const cases = ['ko', 'en'].flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
  );
  test.each(cases)('breaks no rule of accessibility in %s, %s', async (language, colorScheme) => {
    rig.tellHealth(GATEWAY, LINE, {
      'full-2': { state: 'degraded', reasons: ['supply_low'] },
      'full-9': { state: 'faulty', reasons: ['stuck_value'] },
    });
    const visit = {
      options: { ...PHONE, colorScheme },
      path: `/console/sensors?lang=${language}`,
    };
    await rig.inConsole(visit, async (page) => {
      await page.locator('.trouble-row button').first().click();
      await page.locator('details.line summary').first().click();
      expect(await violationsOf(page)).toEqual([]);
      const isWide = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      );
      expect(isWide).toBe(false);
    });
  });
});

test(
  'an operator finds the one sensor of a simulated street that lies, within seconds, on top',
  { timeout: 180_000 },
  async () => {
    await using system = await startSystem({
      prepare: async ({ folder }) => {
        const scenario = join(folder, 'site', 'scenarios', 'calm.json');
        const calm = JSON.parse(readFileSync(scenario, 'utf8')) as object;
        const sensorFaults = [
          { fault: 'supply-low', bay: 1 },
          { fault: 'silent', bay: 4 },
          { fault: 'stuck-value', bay: 21 },
        ];
        const lineFaults = [{ fault: 'cut', line: 1, share: 1 }];
        writeFileSync(scenario, JSON.stringify({ ...calm, sensorFaults, lineFaults }));
      },
    });
    const token = readFileSync(join(system.folder, 'operator.token'), 'utf8').trim();
    const browser = await launchBrowser();
    try {
      const extraHTTPHeaders = { authorization: `Bearer ${token}` };
      const context = await browser.newContext({ extraHTTPHeaders });
      const page = await context.newPage();
      await page.goto(`${system.url}/console/sensors?lang=en`);
      // 60 equal samples, one a second.
      await page.getByText('Lies · the same value 60 times: stuck').waitFor({ timeout: 120_000 });
      const [first, second, ...others] = await rowsOf(page);
      expect([first, second]).toEqual(['lot-2-6', 'All of line gw-1 · line-2 (8 sensors)']);
      // A busy machine makes others late; whatever else is doubtful stands below.
      expect(others).toEqual(expect.arrayContaining(['lot-1-2', 'lot-1-5']));
    } finally {
      await browser.close();
    }
  },
);
