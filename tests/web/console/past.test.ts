import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LotHour } from '#api/history/history.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import { violationsOf } from '../../support/axe.ts';
import { aStreet } from '../../api/http/street.ts';
import { DESK, openConsole, PHONE } from './console-rig.ts';
import type { ConsoleRig } from './console-rig.ts';

let rig: ConsoleRig;
const now = Date.now();
const BAYS_MS = 12 * HOUR_MS;
const [NIGHT, MORNING] = [3, 8];
const seoulHour = (at: number) => (Math.floor(at / HOUR_MS) + 9) % 24;

/** The fuller the later in the day; nobody looked at 3, and half of the time at 8. */
function weekOfHours(): LotHour[] {
  const thisHour = now - (now % HOUR_MS);
  return Array.from({ length: 7 * 24 }, (_, back) => thisHour - (back + 1) * HOUR_MS)
    .filter((hourAt) => seoulHour(hourAt) !== NIGHT)
    .map((hourAt) => {
      const hour = seoulHour(hourAt);
      const observedBayMs = (hour === MORNING ? 0.5 : 1) * BAYS_MS;
      const occupiedBayMs = Math.round((observedBayMs * hour) / 24);
      const vacantBayMs = observedBayMs - occupiedBayMs;
      const counts = { arrivals: 4, departures: 3 };
      return { lot: 'full' as LotId, hourAt, occupiedBayMs, vacantBayMs, observedBayMs, ...counts };
    });
}
beforeAll(async () => {
  rig = await openConsole(aStreet({ bays: 12, marketDays: [2, 7] }));
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
  history.hours.push(...weekOfHours());
});
afterAll(async () => rig[Symbol.asyncDispose]());

/** Of two weeks: with the fields for both days, and the week by hour. */
const FREE = 'range=free&from=2026-11-09&to=2026-11-23';
const POLLED = { timeout: 20_000 };
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

describe('a range that somebody chose', () => {
  const linesOf = async (page: Page): Promise<string[]> => {
    const href = await page.getByRole('link', { name: 'As CSV' }).getAttribute('href');
    const csv = await page.request.get(`${rig.served.url}${href}`);
    return (await csv.text()).trim().split('\n').slice(1);
  };

  test('is in the address, first and last day, and is held against the one before', async () => {
    await rig.inConsole({ path: '/console/history?lang=en&lot=full' }, async (page) => {
      await chosen(page, 'Range').selectOption({ label: 'From day to day' });
      await page.getByLabel('First day').fill('2026-11-01');
      await page.getByLabel('Last day').fill('2026-11-03');
      await page.getByText('2026-11-01 – 2026-11-03').waitFor();
      expect(page.url()).toContain('range=free');
      expect(page.url()).toContain('from=2026-11-01&to=2026-11-04');
      await chosen(page, 'Compare').selectOption({ label: 'The range before' });
      await page.getByText('Compared').first().waitFor();
      expect(await linesOf(page)).toHaveLength(72);
      await page.reload();
      await page.getByText('2026-11-01 – 2026-11-03').waitFor();
      expect(await page.getByLabel('Last day').inputValue()).toBe('2026-11-03');
      await chosen(page, 'Range').selectOption({ label: 'Today' });
      await page.getByLabel('First day').waitFor({ state: 'detached' });
      expect(page.url()).not.toContain('from=');
    });
  });

  test('that is being made again says so in the page’s language, and appears when it is made', async () => {
    await rig.inConsole({ path: '/console', options: { locale: 'ko-KR' } }, async (page) => {
      let isMade = false;
      await page.route('**/occupancy?*', async (route) =>
        isMade
          ? route.continue()
          : route.fulfill({
              status: 503,
              json: { code: 'view_not_ready', detail: 'History is being rebuilt: 1 of 2 records' },
            }),
      );
      await page.getByRole('link', { name: '이력' }).click();
      await expect
        .poll(async () => page.getByRole('alert').first().textContent(), POLLED)
        .toBe('이력을 다시 만들고 있습니다. 끝나면 저절로 나타납니다.');
      isMade = true;
      await page.locator('.uplot canvas').first().waitFor(POLLED);
    });
  });

  test('may be of market days alone, as the site file says them, or of weekdays', async () => {
    const path = `/console/history?lang=en&lot=full&${FREE}`;
    await rig.inConsole({ path }, async (page) => {
      await chosen(page, 'Days').selectOption({ label: 'Market days' });
      await page.getByRole('link', { name: 'As CSV' }).waitFor();
      await expect.poll(async () => (await linesOf(page)).length, POLLED).toBe(3 * 24);
      const days = (await linesOf(page)).map((line) => /^"?(\d{4}-\d\d-\d\d)/.exec(line)?.[1]);
      expect([...new Set(days)]).toEqual(['2026-11-12', '2026-11-17', '2026-11-22']);
      expect(page.url()).toContain('days=market');
      // The week by hour is of all days: it would say otherwise than the chart.
      expect(await page.locator('table.heat').count()).toBe(0);
      await chosen(page, 'Days').selectOption({ label: 'Sat and Sun' });
      await expect.poll(async () => (await linesOf(page)).length, POLLED).toBe(4 * 24);
    });
  });
});

describe('the week', () => {
  const yesterday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Asia/Seoul' });
  const day = yesterday.format(now - 24 * HOUR_MS);

  test('is a table in shades, by weekday and hour, that tells what nobody saw from what was empty', async () => {
    await rig.inConsole({ path: '/console/history?lang=en&lot=full&range=7d' }, async (page) => {
      const map = page.getByRole('table', { name: 'Lot full: occupancy in % by weekday and hour' });
      await map.waitFor();
      const row = map.getByRole('row').filter({ hasText: day });
      const said = (await row.getByRole('cell').allTextContents()).map((text) => text.trim());
      expect(said).toHaveLength(24);
      expect(said[0]).toBe('00% occupied, 100% observed');
      expect(said[NIGHT]).toBe('–Not observed');
      expect(said[MORNING]).toBe('3333% occupied, 50% observed');
      expect(said[23]).toBe('9696% occupied, 100% observed');
      const looks = await row
        .getByRole('cell')
        .evaluateAll((cells) => cells.map(({ className }) => className));
      expect([looks[0], looks[NIGHT], looks[MORNING], looks[23]]).toEqual([
        'heat-0',
        'heat-unknown',
        'heat-1',
        'heat-4',
      ]);
      const grounds = await page.evaluate(
        `[...document.querySelectorAll('.heat td')].map((td) => getComputedStyle(td).background)`,
      );
      // Five shades, the hatch of what nobody saw, and nothing where there was no such hour yet.
      expect(new Set(grounds as string[]).size).toBeGreaterThanOrEqual(6);
      await page.getByText(/^9\d% of it observed$/).waitFor();
      const legend = page.getByRole('list', { name: 'Shades of occupancy' });
      expect(await legend.getByRole('listitem').allInnerTexts()).toEqual([
        '0–20%',
        '20–40%',
        '40–60%',
        '60–80%',
        '80–100%',
        'Not observed',
        'Hatched foot: the part not observed',
      ]);
      await page.getByText('Weekday and hour as a table').click();
      await page.getByRole('row', { name: `${day} ${NIGHT}:00 Not observed 0% 0 0` }).waitFor();
      await page.getByRole('row', { name: `${day} ${MORNING}:00 33% 50% 4 3` }).waitFor();
      const csv = page.getByRole('link', { name: 'As CSV' }).last();
      expect(await csv.getAttribute('href')).toMatch(
        /history\/week\?from=.*&lot=full&format=csv&bom=true/,
      );
      await chosen(page, 'Range').selectOption({ label: 'Yesterday' });
      await map.waitFor({ state: 'detached' });
    });
  });

  test('has its days side by side on a phone, all of them within the screen', async () => {
    const visit = { options: PHONE, path: '/console/history?lang=ko&lot=full&range=30d' };
    await rig.inConsole(visit, async (page) => {
      const map = page.locator('table.heat');
      await map.waitFor();
      expect(await map.getByRole('columnheader').allInnerTexts()).toEqual([
        '시',
        '월',
        '화',
        '수',
        '목',
        '금',
        '토',
        '일',
      ]);
      expect(await map.getByRole('row').count()).toBe(25);
      const box = await map.boundingBox();
      expect(box && box.x + box.width).toBeLessThanOrEqual(PHONE.viewport.width);
      await page.getByText('관측 없음').first().waitFor();
    });
  });
});

describe("a bay's day", () => {
  test('is marked on a phone among the pages, whose row goes beyond the screen', async () => {
    const visit = { options: PHONE, path: '/console/signs?lang=en' };
    await rig.inConsole(visit, async (page) => {
      for (const name of ['Signs', "A bay's day", 'Now']) {
        await page.getByRole('link', { name, exact: true }).click();
        const current = page.locator('nav [aria-current=page]');
        await current.getByText(name, { exact: true }).waitFor();
        const box = await current.boundingBox();
        expect([
          name,
          box && box.x >= 0,
          box && Math.floor(box.x + box.width) <= PHONE.viewport.width,
        ]).toEqual([name, true, true]);
      }
    });
  });

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
    ['history', PHONE],
    ['day', PHONE],
    ['stays', PHONE],
  ] as const) {
    const visit = {
      options: { ...device, colorScheme },
      path: `/console/${name}?lang=${language}&lot=full&${FREE}`,
    };
    await rig.inConsole(visit, async (page) => {
      await page
        .locator(name === 'stays' ? 'table' : 'canvas')
        .first()
        .waitFor();
      if (name === 'history') await page.locator('table.heat').waitFor();
      expect([name, await violationsOf(page)]).toEqual([name, []]);
    });
  }
});
