import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';

/** A process that closes only after a second wish, or when it is told on its input. */
async function startCloser() {
  const source = `import { untilSignalled } from '#runtime/lifecycle.ts';
    const signalled = untilSignalled('SIGINT', 'SIGTERM');
    setInterval(() => {}, 60_000);
    console.log('ready');
    await signalled;
    console.log('closing');
    process.stdin.once('data', () => process.exit(0));`;
  const entry = ['--import', 'tsx', '--input-type=module', '-e', source];
  const child = spawn(process.execPath, entry, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await until(() => said.includes('ready'));
  return { child, exit: once(child, 'exit'), saidClosing: () => said.includes('closing') };
}

test('a Ctrl-C that arrives twice at once, from the terminal and through npm, closes in order', async () => {
  const { child, exit, saidClosing } = await startCloser();
  child.kill('SIGINT');
  await until(saidClosing);
  child.kill('SIGINT');
  child.stdin.write('closed\n');
  expect(await exit).toEqual([0, null]);
});

test('a second Ctrl-C of somebody who waited ends the process at once', async () => {
  const { child, exit, saidClosing } = await startCloser();
  child.kill('SIGINT');
  await until(saidClosing);
  await until(
    () => {
      child.kill('SIGINT');
      return child.exitCode !== null;
    },
    { everyMs: 100 },
  );
  expect(await exit).toEqual([130, null]);
});
