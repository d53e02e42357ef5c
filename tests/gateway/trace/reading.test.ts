import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { readTruth } from '#gateway/trace/replay.ts';
import { scoreOf } from '#gateway/trace/score.ts';
import type { Change } from '#gateway/trace/score.ts';
import { ConfigError } from '#runtime/errors.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { replayAll } from './recorded-run.ts';

let folder: ReturnType<typeof openTempFolder>;
beforeEach(() => {
  folder = openTempFolder();
});
afterEach(() => folder[Symbol.dispose]());

function written(text: string, name = 'trace.csv'): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}
const replay = (text: string, options?: Parameters<typeof replayAll>[1]) =>
  replayAll([written(text)], options);

/** A look a second at the floor, then at a roof. */
const distances = (floor: number, roof: number) =>
  [...Array.from({ length: floor }, () => 2_600), ...Array.from({ length: roof }, () => 1_200)].map(
    (mm, second) => `${1_000 * second},${mm}`,
  );
const arrival = ['vacant@0', 'occupied@10000'];
const told = ({ list }: Awaited<ReturnType<typeof replay>>) =>
  list.map(({ state, sensedMs }) => `${state}@${sensedMs}`);

describe('a trace', () => {
  test('needs no more than a time and a distance', async () => {
    const replayed = await replay(['ms,mm', ...distances(10, 10)].join('\n'));
    expect(told(replayed)).toEqual(arrival);
    expect(replayed).toMatchObject({ rows: 20, samples: 20, badRows: 0, bays: 1, spanMs: 19_000 });
  });

  test('may have its columns in any order, unknown ones, a byte order mark and Windows line ends', async () => {
    const rows = distances(10, 10).map((row) => row.split(',').toReversed().join(',x,'));
    const replayed = await replay(`\uFEFF# by hand\r\n${['mm,note,ms', ...rows].join('\r\n')}\r\n`);
    expect(told(replayed)).toEqual(arrival);
    expect(replayed.bad).toEqual([]);
  });

  test('names each row that cannot be taken, and replays the others', async () => {
    const rows = distances(10, 10);
    rows.splice(3, 0, '2500,tall', ',2600', '2700,2600,5', '2800,', '2900,"26');
    rows.splice(15, 0, '12,2600');
    const replayed = await replay(['ms,mm', ...rows].join('\n'));
    expect(replayed.bad).toEqual([
      '5: mm: expected a number, got "tall"',
      '6: ms: expected a time in ms, s or at, or --rate HZ, got nothing',
      '7: row: expected 2 columns, got "3"',
      '8: mm: expected a distance, or a field in xUt, yUt, zUt, got nothing',
      '9: mm: expected a number, got ""26"',
      '17: ms: expected a time not before the row above (9000), got "12"',
    ]);
    expect(told(replayed)).toEqual(arrival);
  });

  test.each([
    ['ms,bay,mm', '0,A 1,2600', 'bay: expected the id of a bay, e.g. "nambu-a-014", got "A 1"'],
    [
      'ms,kind,mm',
      '0,smell,2600',
      'kind: expected one of sample, stale, missed, link, crowd, look, anew, got "smell"',
    ],
    [
      'ms,at,mm',
      '0,2026-01-01 09:00,2600',
      'at: expected ISO 8601 with offset, e.g. "2026-11-22T09:00:00.250+09:00", got "2026-01-01 09:00"',
    ],
    ['ms,mm,xUt,yUt,zUt', '0,2600,1,,3', 'yUt: expected all three axes or none, got nothing'],
    ['ms,mm,mmQuality', '0,,ok', 'mm: expected a number where the quality is ok, got nothing'],
    [
      'ms,mm,flags',
      '0,1,shaken',
      'flags: expected one of tamper, supplyLow, configChanged, calibrating, got "shaken"',
    ],
    ['ms,mm,kind,frames', '0,,link,', 'frames: expected a whole number, got nothing'],
  ])('says what was expected where %s are %s', async (header, row, expected) => {
    const good = header.split(',').map((name) => ({ ms: '9', mm: '2600' })[name] ?? '');
    expect((await replay([header, row, good.join(',')].join('\n'))).bad).toEqual([
      `2: ${expected}`,
    ]);
  });

  test.each([
    [
      'says in its comments',
      '# bay: a mountMm=tall\n# periodMs: never\nms,mm\n0,1',
      ['line 1: bay: mountMm', 'line 2: periodMs'],
    ],
    ['has no header', '1,2\n3,4', ['expected a first row that names the columns']],
    ['has no sample', 'ms,mm\n', ['expected at least one row with a sample']],
    ['has counts without a scale', 'ms,xCounts,yCounts,zCounts\n0,1,2,3', ['counts need a scale']],
  ])('is refused with all that is wrong when it %s', async (_what, text, expected) => {
    const failure = await replay(text).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    for (const part of expected) expect(String(failure)).toContain(part);
  });

  test('that is silent for a month makes its bay unknown, once', async () => {
    const month = 30 * 86_400_000;
    const rows = [...distances(10, 0), `${month},2600`, `${month + 1_000},2600`];
    const { list } = await replay(['ms,mm', ...rows].join('\n'));
    expect(list.map(({ state, cause }) => `${state} ${cause}`)).toEqual([
      'vacant sensor',
      'unknown silence',
    ]);
    expect(list[1]?.decidedMs).toBeLessThan(60_000);
  });

  test('of months with a sample every ten minutes is replayed by its own period', async () => {
    const samples = 90 * 144;
    const rows = Array.from({ length: samples }, (_, at) => {
      const isOccupied = at % 36 >= 18;
      return `${600_000 * at},${isOccupied ? 1_200 : 2_600},${isOccupied ? 'occupied' : 'vacant'}`;
    });
    const { decided, truth, list } = await replay(['ms,mm,truth', ...rows].join('\n'));
    expect(list.filter(({ state }) => state === 'unknown')).toEqual([]);
    const score = scoreOf(truth, decided, { earlyMs: 2_000, lateMs: 1_800_000 });
    expect(score.arrivals).toEqual({ truth: 360, missed: 0, false: 0 });
    expect(score.departures).toEqual({ truth: 359, missed: 0, false: 0 });
  });
});

describe('numbers without a header', () => {
  test.each([' ', '   ', ',', ';', '\t'])(
    'are read by naming their columns, with %j between',
    async (between) => {
      const rows = Array.from({ length: 50 }, (_, at) =>
        [-242 + (at % 2), 313, -706].join(between),
      );
      rows[7] = ['-242', '313'].join(between);
      const replayed = await replay(rows.join('\n'), {
        columns: ['x', 'y', 'z'],
        rateHz: 25,
        countsPerGauss: 1_090,
      });
      expect(replayed).toMatchObject({ rows: 49, samples: 49, badRows: 1, spanMs: 49 * 40 });
      expect(replayed.bad).toEqual(['8: row: expected 3 columns, got "2"']);
    },
  );

  test('with a column of an unknown name are refused', async () => {
    const failure = await replay('1 2', { columns: ['x', 'smell'], rateHz: 1 }).catch(String);
    expect(failure).toContain('columns: "smell": expected one of ms, at, bay');
  });
});

describe('a score', () => {
  const bay = BayId.parse('a');
  const change = (to: Change['to'], s: number): Change => ({ bay, to, ms: 1_000 * s });
  const within = { earlyMs: 2_000, lateMs: 30_000 };

  test('matches each true change with one decision from 2 s before to 30 s after it', () => {
    const truth = [change('occupied', 100), change('vacant', 200), change('occupied', 300)];
    const decided = [
      change('occupied', 98),
      change('vacant', 231),
      change('occupied', 303),
      change('occupied', 310),
    ];
    expect(scoreOf(truth, decided, within)).toEqual({
      arrivals: { truth: 2, missed: 0, false: 1 },
      departures: { truth: 1, missed: 1, false: 1 },
      latencyMs: { p50: -2_000, p95: 3_000 },
    });
  });

  test('does not take another bay’s decision', () => {
    const decided = [{ ...change('occupied', 101), bay: BayId.parse('b') }];
    expect(scoreOf([change('occupied', 100)], decided, within).arrivals).toEqual({
      truth: 1,
      missed: 1,
      false: 1,
    });
  });

  test('takes the truth from a file of its own, placed by the wall time', async () => {
    const path = written(
      'at,bay,truth\n2026-01-01T00:00:00Z,a,vacant\n2026-01-01T00:00:10Z,a,occupied\n',
      'truth.csv',
    );
    const wallOffsetMs = Date.parse('2026-01-01T00:00:00Z') - 5_000;
    const bad: unknown[] = [];
    const onBadRow = (row: unknown) => void bad.push(row);
    expect(await readTruth(path, { wallOffsetMs, onBadRow })).toEqual([change('occupied', 15)]);
    expect(bad).toEqual([]);
  });
});
