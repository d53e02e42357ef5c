import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Report } from '../../bench/report.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WITHIN_MS = 300_000;

/** Runs whole and small; what its figures are means nothing here, only that each was measured. */
async function smallRun(name: string): Promise<readonly Report[]> {
  using folder = openTempFolder();
  const file = join(folder.path, 'figures.json');
  const args = ['--import', 'tsx', 'bench/main.ts', name, '--small', '--json', file];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT, timeout: WITHIN_MS });
  return (JSON.parse(readFileSync(file, 'utf8')) as { reports: Report[] }).reports;
}

it.each([
  { name: 'city' },
  { name: 'edge' },
  { name: 'ingest' },
  { name: 'viewers' },
  { name: 'web' },
])(
  'measures every figure of $name, in small',
  async ({ name }) => {
    const figures = (await smallRun(name)).flatMap((report) => report.figures);
    expect(figures.length).toBeGreaterThan(0);
    // JSON says null of what is no number.
    expect(figures.filter(({ value }) => typeof value !== 'number')).toEqual([]);
    // None of another's channel, whatever the size.
    const foreign = figures.filter(({ what }) => what === 'frames of channels not watched');
    for (const { value } of foreign) expect(value).toBe(0);
  },
  WITHIN_MS,
);
