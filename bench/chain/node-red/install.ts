import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** No dependency of ours: installed once, for the bench alone. Node-RED 5 needs Node 22. */
const PACKAGES: Readonly<Record<string, string>> = {
  'node-red': '4.1.15',
  'node-red-contrib-influxdb': '0.7.0',
  'node-red-node-serialport': '2.0.3',
};
const WITHIN_MS = 300_000;
const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The folder with Node-RED in its `node_modules`; throws where npm cannot bring it. */
export async function installNodeRed(): Promise<string> {
  const name = `node-red-${Object.values(PACKAGES).join('-')}`;
  const folder = join(ROOT, 'node_modules', '.cache', name);
  if (existsSync(folder)) return folder;
  // What is stopped half-way, or installed twice at once, never looks like a whole one.
  const half = `${folder}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  try {
    const wanted = { private: true, dependencies: PACKAGES };
    writeFileSync(join(half, 'package.json'), JSON.stringify(wanted));
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    await promisify(execFile)('npm', ['install', '--ignore-scripts', ...quiet], {
      cwd: half,
      timeout: WITHIN_MS,
    });
    renameSync(half, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return folder;
}
