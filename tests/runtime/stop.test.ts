import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closingFailures, Closers } from '#runtime/lifecycle.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { watchLoop } from '#runtime/loop-watch.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const never = async (): Promise<void> => new Promise(() => undefined);

describe('a close that hangs', () => {
  test('is named and left behind, and what it stood before is closed', async () => {
    const closed: string[] = [];
    const closers = new Closers();
    closers.add('log', () => void closed.push('log'));
    closers.add('http', never, { withinMs: 30 });
    closers.add('port', () => void closed.push('port'));
    const failure: unknown = await closers.closeAll().catch((error: unknown) => error);
    expect(closed).toEqual(['port', 'log']);
    expect(closingFailures(failure)).toEqual(['closing http: not done within 30 ms']);
  });

  test('leaves the others a little time even when all of it is used up', async () => {
    const closed: string[] = [];
    const inner = new Closers();
    inner.add('view', never, { withinMs: 50 });
    const closers = new Closers();
    closers.add('log', () => void closed.push('log'));
    closers.add('link', never);
    closers.add('api', async () => inner.closeAll());
    const failure: unknown = await closers.closeAll(60).catch((error: unknown) => error);
    expect(closed).toEqual(['log']);
    const failures = closingFailures(failure);
    expect(failures[0]).toBe('closing api: closing view: not done within 50 ms');
    expect(failures[1]).toMatch(/^closing link: not done within/);
  });
});

/** A process made by `runMain` whose parts close as `close` says; its log comes with it. */
function startProcess(
  close: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams & { said: () => string } {
  const source = `
    import * as z from 'zod';
    import { runMain } from '#runtime/main.ts';
    import { Closers } from '#runtime/lifecycle.ts';
    const never = () => new Promise(() => {});
    await runMain({
      name: 'part', about: '', check: () => {},
      schema: z.object({ logLevel: z.string().default('info') }),
      start: async () => {
        setInterval(() => {}, 60_000);
        const closers = new Closers();
        closers.add('disk', () => console.log('disk closed'));
        ${close}
        return { ready: 'ready', close: () => closers.closeAll() };
      },
    });`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', source, '--'],
    { env: { ...process.env, ...env } },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => (said += text.toString()));
  }
  return Object.assign(child, { said: () => said });
}

describe('a process that is told to stop', () => {
  test('ends with 0 and says how long it took', async () => {
    const child = startProcess('');
    await until(() => child.said().includes('ready'));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(child.said()).toContain('disk closed');
    expect(child.said()).toMatch(/"tookMs":\d+,"event":"process.stop.done"/);
  });

  test('names what hangs, closes the rest, and is gone with 1', async () => {
    const child = startProcess("closers.add('a stuck socket', never, { withinMs: 200 });");
    await until(() => child.said().includes('ready'));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(child.said()).toContain('disk closed');
    expect(child.said()).toContain('"failed":["closing a stuck socket: not done within 200 ms"]');
  });

  test('tells a service manager that it is ready, alive, and stopping', async () => {
    using temp = openTempFolder();
    const heard = join(temp.path, 'heard');
    // The program that carries the words, as systemd brings it, replaced by one that writes them down.
    const program = join(temp.path, 'systemd-notify');
    writeFileSync(program, `#!/bin/sh\necho "$@" >> ${heard}\n`);
    chmodSync(program, 0o755);
    const child = startProcess('', {
      PATH: `${temp.path}:${process.env['PATH'] ?? ''}`,
      NOTIFY_SOCKET: join(temp.path, 'socket'),
      WATCHDOG_USEC: '200000',
    });
    const words = () => (existsSync(heard) ? readFileSync(heard, 'utf8') : '');
    await until(() => words().split('WATCHDOG=1').length > 2);
    expect(words()).toContain(`--pid=${child.pid} --ready`);
    child.kill('SIGTERM');
    await once(child, 'exit');
    await until(() => words().includes('STOPPING=1'));
  });
});

test('an event loop that stood still is told of with its length', async () => {
  const said: object[] = [];
  const log: Log = { ...silentLog, warn: (facts) => void said.push(facts) };
  const watch = watchLoop({ log, stallMs: 80, lookEveryMs: 20 });
  await until(
    () => {
      const standUntil = performance.now() + 120;
      while (performance.now() < standUntil);
      return watch.stalls > 0;
    },
    { everyMs: 200 },
  );
  watch.close();
  expect(said[0]).toMatchObject({ stalls: 1 });
  expect((said[0] as { stalledMs: number }).stalledMs).toBeGreaterThanOrEqual(80);
});
