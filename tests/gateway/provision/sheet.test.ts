import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import type { SensorCheck } from '#gateway/provision/check-line.ts';
import { sheetHtml } from '#gateway/provision/sheet.ts';
import type { Sheet } from '#gateway/provision/sheet.ts';
import { launchBrowser } from '../../support/browser.ts';

const aCheck = (at: number): SensorCheck => ({
  address: at,
  kind: 'pbn1',
  name: `주차-${String(at).padStart(3, '0')}`,
  asked: 50,
  answered: 49,
  broken: 1,
  silent: 0,
  late: 0,
  answerMs: [3, 11, 19],
  supplyMv: 4_950,
  heardBroken: 0,
  isCrowd: false,
});

/** As much as there can be: a full line with everything wrong, in long words. */
const full: Sheet = {
  title: 'jeonju · gw-nambu · line-1',
  port: '/dev/serial/by-id/usb-FTDI_USB-RS485_Cable_FT1A2B3C-if00-port0',
  link: '19200 even',
  madeAt: '2026-11-24T19:00:00.000Z',
  software: 'binjari 0.1.0',
  rounds: 50,
  rows: Array.from({ length: 32 }, (_, at) => ({
    check: aCheck(at + 1),
    uid: '8001-0002-0003-0004-0005-0006',
    firmware: '1.0',
    configCrc: 'BEEF',
    mountMm: 2_600,
  })),
  findings: Array.from({ length: 9 }, (_, at) => ({
    name: undefined,
    what: `${at + 1}.0 % of answers are broken or missing all along the line, and the nodes hear broken requests too`,
    look: 'termination or bias missing? 120 Ω at both ends and nowhere else, bias at one place; then shield',
  })),
  walk: { at: '2026-11-24', findings: ['A-003 and A-004 are swapped', 'A-005 <saw> nobody'] },
};

describe('the acceptance sheet', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('of 32 sensors with everything wrong is one page of A4, and no row is cut', async () => {
    const page = await browser.newPage();
    await page.setContent(sheetHtml(full));
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await page.setViewportSize({ width: 718, height: 1_000 });
    const table = page.getByRole('table');
    expect(await table.getByRole('row').count()).toBe(33);
    const box = await table.boundingBox();
    expect(box?.width).toBeLessThanOrEqual(718);
    await expect(page.getByText('and 3 more').isVisible()).resolves.toBe(true);
  });
});

test('what a sheet says is text, whatever is in it', () => {
  const html = sheetHtml({ ...full, title: '<script>alert(1)</script>' });
  expect(html).not.toContain('<script>');
  expect(html).toContain('A-005 &lt;saw&gt; nobody');
});

test('a sheet says plainly what was not done and what does not answer', () => {
  const [row] = full.rows;
  const dead = { ...aCheck(1), answered: 0, answerMs: [], supplyMv: undefined };
  const html = sheetHtml({
    ...full,
    findings: [],
    walk: undefined,
    rows: row ? [{ ...row, check: dead }] : [],
  });
  expect(html).toContain('nothing found.');
  expect(html).toContain('not done.');
  expect(html).toContain('<td>no answer</td>');
});
