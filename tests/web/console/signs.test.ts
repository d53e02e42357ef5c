import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignControl } from '#contract/sign-control.ts';
import { violationsOf } from '../../support/axe.ts';
import { aStreet } from '../../api/http/street.ts';
import { openConsole, PHONE } from './console-rig.ts';
import type { ConsoleRig } from './console-rig.ts';

let rig: ConsoleRig;
beforeAll(async () => {
  rig = await openConsole(aStreet({ bays: 12 }));
});
afterAll(async () => rig[Symbol.asyncDispose]());

describe('the page of signs', () => {
  test('says what a sign shows and why, blanks it with an end, and gives it back', async () => {
    await rig.inConsole({ path: '/console/signs?lang=en' }, async (page) => {
      const sign = page.getByRole('region', { name: 'Sign' });
      await sign.getByRole('row', { name: /Lot full/ }).waitFor();
      await sign.getByText('Never heard').waitFor();
      await sign.getByRole('button', { name: 'Set by hand: Sign' }).press('Enter');
      await sign.getByRole('combobox', { name: 'What' }).selectOption('blank');
      await sign.getByLabel('Reason').fill('scaffold before it');
      await sign.getByRole('button', { name: 'Apply' }).click();
      await sign.getByRole('cell', { name: 'set by hand' }).waitFor();
      await sign.getByText(/until .* by person-\d+ · scaffold before it/).waitFor();
      expect(await sign.getByRole('cell', { name: 'Blank' }).count()).toBe(1);
      await sign.getByRole('button', { name: /^End Show “Blank” on Sign/ }).click();
      await sign.getByText('scaffold before it').waitFor({ state: 'detached' });
      await sign.getByRole('cell', { name: 'set by hand' }).waitFor({ state: 'detached' });
    });
    const deeds = [...rig.served.street.operations.audit.rows({ from: 0, to: 9e12 })];
    const actions = deeds.map(({ action }) => action);
    expect(actions).toContain('sign.control.add');
    expect(actions).toContain('sign.control.end');
  });

  test('lights the test pattern, which ends by itself, and refuses who may only look', async () => {
    await rig.inConsole({ path: '/console/signs?lang=en' }, async (page) => {
      await page.getByRole('button', { name: 'Set by hand: Sign' }).click();
      await page.getByRole('combobox', { name: 'What' }).selectOption('test');
      await page.getByText('It ends by itself after 5 minutes.').waitFor();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByRole('cell', { name: 'under test' }).waitFor();
      await page.getByRole('button', { name: /^End Test pattern/ }).click();
    });
    await rig.inConsole({ role: 'viewer', path: '/console/signs?lang=en' }, async (page) => {
      await page.getByRole('row', { name: /Lot full/ }).waitFor();
      expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    });
    await rig.inConsole({ scope: ['bare'], path: '/console/signs?lang=en' }, async (page) => {
      await page.getByText('No sign shows a lot of yours.').waitFor();
    });
  });

  test('shows fewer for cars on their way, and digits between a least and a most', async () => {
    await rig.inConsole({ path: '/console/signs?lang=en' }, async (page) => {
      const byHand = async (what: string) => {
        await page.getByRole('button', { name: 'Set by hand: Sign' }).click();
        await page.getByRole('combobox', { name: 'What', exact: true }).selectOption(what);
      };
      const apply = () => page.getByRole('button', { name: 'Apply' }).click();
      await byHand('offset');
      expect(await page.getByLabel('Until').inputValue()).toBe('month');
      await page.getByRole('textbox', { name: 'Bays fewer' }).fill('0');
      await apply();
      await page.getByText('Something is missing, or does not fit.').waitFor();
      await page.getByRole('textbox', { name: 'Bays fewer' }).fill('2');
      await page.getByLabel('Until').selectOption('year');
      await apply();
      const fewer = page.getByRole('listitem').filter({ hasText: '2 bays fewer than counted' });
      await fewer.waitFor();
      await byHand('limits');
      await page.getByRole('textbox', { name: 'Least' }).fill('3');
      await page.getByRole('textbox', { name: 'Most' }).fill('2');
      await apply();
      await page.getByText('Something is missing, or does not fit.').waitFor();
      await page.getByRole('textbox', { name: 'Most' }).fill('99');
      await apply();
      const between = page
        .getByRole('listitem')
        .filter({ hasText: /word below 3, never more than 99/ });
      await between.waitFor();
      for (const made of [fewer, between]) {
        await made.getByRole('button', { name: /^End / }).click();
        await made.waitFor({ state: 'detached' });
      }
    });
    const deeds = [...rig.served.street.operations.audit.rows({ from: 0, to: 9e12 })];
    const changes = deeds.flatMap(({ after }) => (after as SignControl | null)?.change ?? []);
    expect(changes).toContainEqual({ kind: 'offset', bays: -2 });
    expect(changes).toContainEqual({ kind: 'limits', minimum: 3, maximum: 99 });
  });

  const cases = ['ko', 'en'].flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
  );
  test.each(cases)('breaks no rule of accessibility in %s, %s', async (language, colorScheme) => {
    const visit = { options: { ...PHONE, colorScheme }, path: `/console/signs?lang=${language}` };
    await rig.inConsole(visit, async (page) => {
      await page.getByRole('main').getByRole('button').first().click();
      await page.locator('form').waitFor();
      for (const what of ['blank', 'offset', 'limits']) {
        const name = language === 'ko' ? '무엇을' : 'What';
        await page.getByRole('combobox', { name, exact: true }).selectOption(what);
        expect([what, await violationsOf(page)]).toEqual([what, []]);
      }
    });
  });
});
