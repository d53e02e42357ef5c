import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../../bench/report.ts';
import { openTempFolder } from '../support/temp-folder.ts';

test(
  'a small bench of the start sees a live map and a ready api',
  { timeout: 180_000 },
  async () => {
    using folder = openTempFolder();
    const file = join(folder.path, 'figures.json');
    const asked = ['--import', 'tsx', 'bench/main.ts', 'start', '--small', '--json', file];
    await promisify(execFile)(process.execPath, asked);
    const { reports } = JSON.parse(readFileSync(file, 'utf8')) as { reports: Report[] };
    const values = reports.flatMap(({ figures }) => figures).map(({ value }) => value);
    expect(values).toHaveLength(2);
    for (const seconds of values) expect(seconds).toBeGreaterThan(0.1);
  },
);
