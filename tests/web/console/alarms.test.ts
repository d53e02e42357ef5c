import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FoundAlarm } from '#api/alarms/alarm-book.ts';
import type { Delivery } from '#api/alarms/webhook.ts';
import { violationsOf } from '../../support/axe.ts';
import { aStreet } from '../../api/http/street.ts';
import { openConsole, PHONE } from './console-rig.ts';
import type { ConsoleRig } from './console-rig.ts';

let rig: ConsoleRig;
let delivery: Delivery = { delivered: true, detail: 'status 204' };
beforeAll(async () => {
  rig = await openConsole(aStreet({ bays: 40 }), { deliver: async () => delivery });
});
afterAll(async () => rig[Symbol.asyncDispose]());

const book = () => rig.served.street.operations.alarmBook;
const LINE: FoundAlarm = {
  alarm: 'line_fault',
  gateway: null,
  subject: 'gateway-1/line-1',
  cause: '8 of its sensors are silent',
  since: Date.now() - 600_000,
};
const DISK: FoundAlarm = { ...LINE, alarm: 'disk_low', subject: 'data', cause: '3 % free' };

describe('the alarms page', () => {
  test('shows since when and why, takes a note, and the alarm clears itself', async () => {
    book().look([LINE, DISK]);
    await rig.inConsole({ path: '/console/alarms?lang=en' }, async (page) => {
      const alarm = page.getByRole('listitem', { name: /A whole line is silent: gateway-1/ });
      await alarm.getByText('Cause: 8 of its sensors are silent').waitFor();
      await alarm.getByText(/since .*, for 10 min/).waitFor();
      await page.getByLabel('2 not acknowledged').waitFor();
      const acknowledge = alarm.getByRole('button', { name: /Acknowledge A whole line/ });
      await acknowledge.press('Enter');
      await alarm.getByLabel('Note').fill('adapter is on its way');
      await page.keyboard.press('Enter');
      await alarm.getByText(/user:person-\d+ knows of it .* adapter is on its way/).waitFor();
      await page.getByLabel('1 not acknowledged').waitFor({ timeout: 15_000 });
      book().look([DISK]);
    });
    const audit = [...rig.served.street.operations.audit.rows({ from: 0, to: 9e12 })];
    expect(audit.at(-1)).toMatchObject({
      action: 'alarm.acknowledge',
      after: { note: 'adapter is on its way' },
    });
  });

  test('says why in Korean on the Korean page, and leaves the words of the system alone', async () => {
    book().look([LINE, DISK]);
    await rig.inConsole({ path: '/console/alarms?lang=ko' }, async (page) => {
      await page.getByText('까닭: 센서 8개가 조용함').waitFor();
      expect(await page.getByText('까닭: 3 % free').count()).toBe(1);
      book().look([DISK]);
    });
  });

  test('says who is told outside, and what came of a test', async () => {
    await rig.inConsole({ path: '/console/alarms?lang=en' }, async (page) => {
      await page.getByText('Sent to https://alarms.example').waitFor();
      await page.getByRole('button', { name: 'Send a test message' }).click();
      await page.getByText('The receiver took it (status 204).').waitFor();
      delivery = { delivered: false, detail: 'status 500' };
      await page.getByRole('button', { name: 'Send a test message' }).click();
      await page.getByText('It did not arrive: status 500').waitFor();
      await page.getByText(/Nothing arrives since .* 1 tries · status 500/).waitFor();
      delivery = { delivered: true, detail: 'status 204' };
    });
    expect(rig.served.street.operations.alarmBook.holding).not.toEqual([]);
  });

  test('gives who has single lots what touches them, and who may only look no button', async () => {
    book().look([LINE, DISK]);
    const path = '/console/alarms?lang=en';
    await rig.inConsole({ scope: ['full'], role: 'viewer', path }, async (page) => {
      await page.getByText('A whole line is silent').waitFor();
      expect(await page.getByText('The disk is nearly full').count()).toBe(0);
      expect(await page.getByText('Who is told').count()).toBe(0);
      expect(await page.getByRole('button', { name: /Acknowledge/ }).count()).toBe(0);
    });
    await rig.inConsole({ scope: ['counted'], path }, async (page) => {
      await page.getByText('There is no alarm.').waitFor();
    });
  });

  const cases = ['ko', 'en'].flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
  );
  test.each(cases)('breaks no rule of accessibility in %s, %s', async (language, colorScheme) => {
    book().look([LINE, DISK]);
    const visit = { options: { ...PHONE, colorScheme }, path: `/console/alarms?lang=${language}` };
    await rig.inConsole(visit, async (page) => {
      await page.locator('.trouble-row button').first().click();
      await page.locator('.trouble-row input').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      const isWide = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      );
      expect(isWide).toBe(false);
    });
  });
});
