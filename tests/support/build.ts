import { spawnSync } from 'node:child_process';

/** Tests of the page and of processes run what is built: no older than its sources. */
export function setup(): void {
  const { status } = spawnSync(process.execPath, ['scripts/prepare.mjs', 'build'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('the builds that the tests run failed');
}
