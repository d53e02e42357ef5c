import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LotHourRow } from '#contract/history.ts';
import { Stay } from '#contract/stay.ts';
import { expectedHistory, sortedStays } from '../history/oracle.ts';
import { ask, codeOf, DAY, occupancy, serveThatDay, site, told } from './past-day.ts';

serveThatDay();

describe('tables for spreadsheets', () => {
  const linesOf = (text: string) => text.split('\r\n').slice(0, -1);

  test('are what JSON says, marked as simulated, with a name to save them under', async () => {
    const answer = await ask(`/history/occupancy?${DAY}&lot=full&format=csv`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="occupancy-2026-11-22-2026-11-23.csv"',
    );
    const [head, ...rows] = linesOf(await answer.text());
    expect(head?.split(',').slice(0, 4)).toEqual(['from', 'to', 'occupancy', 'coverage']);
    expect(head?.split(',').at(-1)).toBe('simulated');
    expect(rows).toHaveLength(24);
    const { buckets } = await occupancy(`${DAY}&lot=full`);
    for (const [at, bucket] of buckets.entries()) {
      const cells = Object.values(bucket).map((value) => (value === null ? '' : String(value)));
      expect(rows[at]?.split(',').toSorted()).toEqual([...cells, 'true'].toSorted());
    }
  });

  test('have a byte order mark where one is asked for, and come by Accept too', async () => {
    const bytesOf = async (query: string, headers = {}) =>
      Buffer.from(await (await ask(`/history/week?${query}`, 'viewer', headers)).arrayBuffer());
    const marked = await bytesOf(`${DAY}&format=csv&bom=true`);
    expect(marked.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const plain = await bytesOf(DAY, { accept: 'text/csv' });
    expect(plain.equals(marked.subarray(3))).toBe(true);
  });

  test('name their columns where there is no row', async () => {
    const answer = await ask('/history/crowding?from=2026-11-01&to=2026-11-02&format=csv');
    expect(await answer.text()).toBe('from,to,seconds,simulated\r\n');
  });
});

describe('exports', () => {
  const rowsOf = async (path: string) =>
    (await (await ask(path)).text())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);

  test('of stays go on from the last row, whatever the size of a page', async () => {
    const whole = (await rowsOf('/export/stays')).map((row) => Stay.parse(row));
    expect(sortedStays(whole)).toEqual(expectedHistory(site, told).stays);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 14 }), async (limit) => {
        const pages: Stay[] = [];
        let after = '';
        for (;;) {
          const page = await rowsOf(`/export/stays?limit=${limit}${after}`);
          const stays = page.map((row) => Stay.parse(row));
          const last = stays.at(-1);
          if (!last) break;
          pages.push(...stays);
          after = `&after=${last.bay}:${last.arrivedBefore}`;
        }
        expect(pages).toEqual(whole);
      }),
      { numRuns: 14 },
    );
    expect(await codeOf('/export/stays?after=Full%201:3')).toBe('invalid_request');
  });

  test('of stays as a table have the same rows', async () => {
    const whole = await rowsOf('/export/stays');
    const text = await (await ask('/export/stays?format=csv')).text();
    const [head, ...rows] = text.split('\r\n').slice(0, -1);
    expect(head).toBe(`${Object.keys(Stay.shape).join(',')},simulated`);
    expect(rows).toHaveLength(whole.length);
  });

  test('of hours have every hour of every lot', async () => {
    const rows = (await rowsOf(`/export/hours?${DAY}`)).map((row) => LotHourRow.parse(row));
    const { buckets } = await occupancy(`${DAY}&lot=full`);
    expect(rows).toEqual(buckets.map((bucket) => ({ lot: 'full', ...bucket })));
    expect(await ask(`/export/hours?${DAY}`, 'viewer of counted')).toMatchObject({ status: 200 });
    expect(await codeOf('/export/hours?from=2020-01-01&to=2026-01-01')).toBe('range_too_wide');
  });
});
