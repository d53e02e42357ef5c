import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { writeCsv } from '#api/http/csv.ts';
import { until } from '../../support/until.ts';

async function written(rows: readonly object[], columns: readonly string[]): Promise<string> {
  const to = new PassThrough();
  const read = text(to);
  await writeCsv({ columns, withBom: false }, inTurns(rows), to);
  return read;
}

async function* inTurns<T>(rows: Iterable<T>): AsyncGenerator<T> {
  yield* rows;
}

test('what a spreadsheet would run as a formula is text', async () => {
  const bad = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'];
  const lines = (
    await written(
      bad.map((name) => ({ name })),
      ['name'],
    )
  )
    .split('\r\n')
    .slice(1, -1);
  expect(lines).toHaveLength(bad.length);
  for (const line of lines) expect(line.replace(/^"/, '')).toMatch(/^'/);
});

test('commas, quotes, line ends and other scripts travel whole; null is nothing', async () => {
  const row = { name: '남부시장, "1" 주차장', note: 'a\nb', count: 0, gone: null, open: false };
  expect(await written([row], Object.keys(row))).toBe(
    'name,note,count,gone,open\r\n"남부시장, ""1"" 주차장","a\nb",0,,false\r\n',
  );
});

test('rows are read no faster than they are taken, and no more when the reader goes', async () => {
  let [read, isOver] = [0, false];
  async function* endless() {
    try {
      for (;;) {
        read += 1;
        yield { read };
      }
    } finally {
      isOver = true;
    }
  }
  const to = new PassThrough();
  const writing = writeCsv({ columns: ['read'], withBom: false }, endless(), to);
  const end = Promise.allSettled([writing]);
  let before = 0;
  await until(
    () => {
      const isStill = read === before && read > 0;
      before = read;
      return isStill;
    },
    { everyMs: 50 },
  );
  expect(read).toBeLessThan(20_000);
  to.destroy();
  expect(await end).toMatchObject([{ reason: { code: 'ERR_STREAM_PREMATURE_CLOSE' } }]);
  expect(isOver).toBe(true);
});
