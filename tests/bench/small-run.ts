import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Report } from '../../bench/report.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const SMALL_RUN_MS = 300_000;

/** Runs whole and small; what its figures are means nothing here, only that each was measured. */
export async function smallRun(
  name: string,
  withinMs = SMALL_RUN_MS,
): Promise<{ readonly reports: readonly Report[]; readonly said: string }> {
  using folder = openTempFolder();
  const file = join(folder.path, 'figures.json');
  const args = ['--import', 'tsx', 'bench/main.ts', name, '--small', '--json', file];
  const asked = { cwd: ROOT, timeout: withinMs };
  const { stderr: said } = await promisify(execFile)(process.execPath, args, asked);
  const { reports } = JSON.parse(readFileSync(file, 'utf8')) as { reports: Report[] };
  return { reports, said };
}
