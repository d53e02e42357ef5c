// What an edge computer does: the gateway's rooms alone, without any optional package, installed
// from the lock file, started and stopped. Prints one line; ends with 1 where it does not work.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const FROM_REPOSITORY = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'contract',
  'runtime',
  'gateway',
  'seeds/elsewhere',
];
const NOT_HERE = [
  '@duckdb',
  'vite',
  'vitest',
  'playwright-core',
  '@sparticuz',
  '@lydell',
  '@esbuild',
];
const MIB = 1024 ** 2;

const folder = mkdtempSync(join(tmpdir(), 'binjari-edge-'));
try {
  for (const path of FROM_REPOSITORY) cpSync(path, join(folder, path), { recursive: true });
  const install = [
    'ci',
    '--omit=dev',
    '--omit=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  const { status } = spawnSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 2] });
  if (status !== 0) throw new Error('npm ci failed');
  const packages = join(folder, 'node_modules');
  const there = NOT_HERE.filter((name) => existsSync(join(packages, name)));
  if (there.length > 0) throw new Error(`an edge computer should not have ${there.join(', ')}`);
  for (const library of ['@serialport/bindings-cpp', '@photostructure/sqlite']) {
    const arm = join(packages, library, 'prebuilds/linux-arm64');
    if (!existsSync(arm)) throw new Error(`${library} brings nothing for arm64`);
  }
  await startAndStop();
  const bytes = sizeOf(packages);
  process.stdout.write(`edge: gateway runs from ${Math.round(bytes / MIB)} MiB of packages\n`);
} catch (error) {
  process.stderr.write(`edge: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function startAndStop() {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'gateway.secret'), 'x'.repeat(43), { mode: 0o600 });
  const gateway = [
    'gateway/main.ts',
    '--site-folder',
    'seeds/elsewhere',
    '--gateway',
    'gw-beispiel',
  ];
  const files = ['--secret-file', 'gateway.secret', '--data-folder', 'data/gateway'];
  const child = spawn(
    process.execPath,
    ['--import', './runtime/typescript.mjs', ...gateway, ...files],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), ended]);
  if (child.exitCode !== null) throw new Error(`the gateway ended:\n${said}`);
  if (!String(first).startsWith('gateway gw-beispiel: 3 sensors')) throw new Error(String(first));
  child.kill('SIGTERM');
  const [code] = await ended;
  if (code !== 0) throw new Error(`the gateway stopped with ${code}:\n${said}`);
}

function sizeOf(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size,
      0,
    );
}
