import { expect, test } from 'vitest';
import { smallRun } from './small-run.ts';

test(
  'a small bench of the start sees a live map and a ready api',
  { timeout: 180_000 },
  async () => {
    const { reports } = await smallRun('start');
    const values = reports.flatMap(({ figures }) => figures).map(({ value }) => value);
    expect(values).toHaveLength(2);
    for (const seconds of values) expect(seconds).toBeGreaterThan(0.1);
  },
);
