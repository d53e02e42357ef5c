import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BayId, LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import { violationsOf } from '../../support/axe.ts';
import { aStreet } from '../../api/http/street.ts';
import { DESK, openConsole, PHONE } from './console-rig.ts';
import type { ConsoleRig } from './console-rig.ts';

let rig: ConsoleRig;
const now = Date.now();
beforeAll(async () => {
  rig = await openConsole(aStreet({ bays: 12 }));
  const { history } = rig.served.street;
  const bays = Array.from({ length: 12 }, (_, at) => `full-${at + 1}` as BayId);
  const stay = { lot: 'full' as LotId, bridged: false, anomalous: false, openLeft: false };
  const open = (bay: string, hours: number) => ({
    ...stay,
    bay: bay as BayId,
    arrivedAfter: now - hours * HOUR_MS,
    arrivedBefore: now - hours * HOUR_MS,
    departedAfter: null,
    departedBefore: null,
  });
  history.stayRows = [open('full-3', 26), open('full-5', 5), open('full-7', 0.5)];
  history.knownRows = bays.map((bay) => ({
    bay,
    known: [{ from: now - 48 * HOUR_MS, until: now, state: 'occupied' as const }],
  }));
});
afterAll(async () => rig[Symbol.asyncDispose]());

const chosen = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

describe('history', () => {
  test('is a chart with its range in the address, its table and its CSV', async () => {
    await rig.inConsole(
      { path: '/console/history?lang=en&lot=full&range=yesterday' },
      async (page) => {
        await page.getByRole('img', { name: /^Occupancy from .* at most / }).waitFor();
        await page.locator('.chart canvas').waitFor();
        await chosen(page, 'Compare').selectOption({ label: 'The same weekdays' });
        await page.getByText('Compared').first().waitFor();
        expect(page.url()).toContain('compare=week');
        await page.getByText('As a table').click();
        const rows = page.getByRole('table').last().getByRole('row');
        await rows.nth(96).waitFor();
        expect(await rows.count()).toBe(97);
        const href = await page.getByRole('link', { name: 'As CSV' }).getAttribute('href');
        expect(href).toMatch(
          /history\/occupancy\?from=.*interval=15min&lot=full&format=csv&bom=true/,
        );
        const csv = await page.request.get(`${rig.served.url}${href}`);
        expect((await csv.text()).trim().split('\n')).toHaveLength(97);
        await page.reload();
        await page.getByText('Compared').first().waitFor();
        expect(await chosen(page, 'Range').inputValue()).toBe('yesterday');
      },
    );
  });
});

describe("a bay's day", () => {
  test('is a row for each bay on a canvas, and says the same as a table; the look is on record', async () => {
    await rig.inConsole({ path: '/console/day?lang=en&lot=full' }, async (page) => {
      await page.getByRole('img', { name: /Lot full on .*, 12 bays as rows/ }).waitFor();
      await page.getByText('As a table').click();
      const row = page.getByRole('row', { name: /A-2/ });
      await row.getByText(/still stands/).waitFor();
    });
    const deeds = [...rig.served.street.operations.audit.rows({ from: 0, to: 9e12 })];
    expect(deeds.map(({ action }) => action)).toContain('stays.read');
  });

  test('and long stays are not for who may only look', async () => {
    await rig.inConsole({ role: 'viewer', path: '/console/day?lang=en&lot=full' }, async (page) => {
      await page.getByRole('alert').waitFor();
      expect(await page.locator('canvas').count()).toBe(0);
    });
  });
});

describe('stays too long', () => {
  test('are those over the limit, the longest first, with doubt where it is a day, and never a ticket', async () => {
    await rig.inConsole({ path: '/console/stays?lang=en&lot=full' }, async (page) => {
      await page.getByText('never a ticket').waitFor();
      const rows = page.getByRole('table').getByRole('row');
      await rows.nth(2).waitFor();
      expect((await rows.allInnerTexts()).slice(1).map((text) => text.split(' ')[0])).toEqual([
        'A-2',
        'A-4',
      ]);
      await rows.nth(1).getByRole('link', { name: 'Doubt the sensor' }).waitFor();
      await chosen(page, 'Longer than').selectOption({ label: '12 h' });
      await rows.nth(2).waitFor({ state: 'detached' });
      expect(page.url()).toContain('hours=12');
    });
  });
});

const cases = ['ko', 'en'].flatMap((language) =>
  (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
);
test.each(cases)('no rule of accessibility is broken in %s, %s', async (language, colorScheme) => {
  for (const [name, device] of [
    ['history', DESK],
    ['day', PHONE],
    ['stays', PHONE],
  ] as const) {
    const visit = {
      options: { ...device, colorScheme },
      path: `/console/${name}?lang=${language}&lot=full`,
    };
    await rig.inConsole(visit, async (page) => {
      await page
        .locator(name === 'stays' ? 'table' : 'canvas')
        .first()
        .waitFor();
      expect([name, await violationsOf(page)]).toEqual([name, []]);
    });
  }
});
