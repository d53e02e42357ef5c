import { expect, test } from 'vitest';
import type { SensorCounters } from '#contract/health.ts';
import type { SensorId } from '#contract/ids.ts';
import { SensorTrends, TREND_STEP_MS, TREND_STEPS } from '#api/state/sensor-trends.ts';

const NODE = 'node' as SensorId;
const START = 1_000 * TREND_STEP_MS;
const counters = (frames: number, misses: number, crcErrors = 0): SensorCounters => ({
  frames,
  misses,
  crcErrors,
  resets: 0,
  supplyMv: null,
  temperatureC: null,
  lastSeq: null,
});
const said = (trends: SensorTrends, at: number) =>
  trends
    .of(NODE, at)
    .flatMap(({ errorsPerThousand, worst }, step) =>
      worst === null ? [] : [`${step} ${errorsPerThousand} ${worst}`],
    );

test('errors are those of their half hour, and the worst state stays for it', () => {
  const trends = new SensorTrends();
  trends.hear(NODE, 'ok', counters(1_000, 50), START);
  trends.hear(NODE, 'faulty', counters(1_090, 55, 5), START + 60_000);
  trends.hear(NODE, 'ok', counters(1_190, 55, 5), START + 120_000);
  // Since the first word: 190 samples, 10 errors of 200 frames that were due.
  expect(said(trends, START)).toEqual(['47 50 faulty']);
  trends.hear(NODE, 'ok', counters(1_290, 55, 5), START + TREND_STEP_MS);
  expect(said(trends, START + TREND_STEP_MS)).toEqual(['46 50 faulty', '47 0 ok']);
});

test('a gateway that starts again counts from nothing, and what it counted then is not lost', () => {
  const trends = new SensorTrends();
  trends.hear(NODE, 'ok', counters(50_000, 900), START);
  trends.hear(NODE, 'ok', counters(90, 10), START + 60_000);
  expect(said(trends, START)).toEqual(['47 100 ok']);
});

test('half hours that nobody told of are empty, and after a day all is forgotten', () => {
  const trends = new SensorTrends();
  trends.hear(NODE, 'ok', counters(0, 0), START);
  trends.hear(NODE, 'offline', counters(0, 0), START + 5 * TREND_STEP_MS);
  expect(said(trends, START + 6 * TREND_STEP_MS)).toEqual(['41 null ok', '46 null offline']);
  trends.hear(NODE, 'ok', counters(0, 0), START + (TREND_STEPS + 3) * TREND_STEP_MS);
  expect(said(trends, START + (TREND_STEPS + 3) * TREND_STEP_MS)).toEqual([
    '1 null offline',
    '47 null ok',
  ]);
  trends.keepOnly(new Set());
  expect(said(trends, START)).toEqual([]);
});

test('a clock that is set back begins a new day', () => {
  const trends = new SensorTrends();
  trends.hear(NODE, 'faulty', counters(10, 0), START);
  trends.hear(NODE, 'ok', counters(20, 0), START - 4 * TREND_STEP_MS);
  expect(said(trends, START - 4 * TREND_STEP_MS)).toEqual(['47 0 ok']);
});
