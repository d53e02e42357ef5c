import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveStreet } from '../api/http/served-street.ts';
import type { ServedStreet } from '../api/http/served-street.ts';
import { openLine } from '../support/line.ts';
import { until } from '../support/until.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet();
});
afterAll(async () => street[Symbol.asyncDispose]());

/** An example as its reader runs it. */
function run(example: string, ...args: string[]) {
  const child = spawn(process.execPath, [`examples/${example}`, ...args]);
  const said = { out: '', error: '' };
  child.stdout.on('data', (bytes: Buffer) => (said.out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said.error += bytes.toString()));
  return { said, child, ended: once(child, 'close') };
}

describe('free-bays.mjs', () => {
  test('prints the lots near a market, what is vacant, how old that is, and that it is simulated', async () => {
    const now = Date.now();
    street.liveState.set([['full-2', 'vacant']], now - 4_000);
    const fact = { source: 'attendant', sensedAt: now - 9_000, validUntil: now + 60_000 } as const;
    street.liveState.tell('counted', { ...fact, band: 'few' });
    const { said, ended } = run('free-bays.mjs', street.url, 'market');
    expect(await ended).toEqual([0, null]);
    expect(said.error).toBe('');
    expect(said.out).toMatch(/^Market \(simulated: not real parking\)$/m);
    expect(said.out).toMatch(/^ +9 m {2}1 vacant +[45] s ago +Lot full$/m);
    expect(said.out).toMatch(/^ +9 m {2}few +(9|10) s ago +Lot counted$/m);
    expect(said.out).toMatch(/^ +9 m {2}no live count +Lot bare$/m);
  });

  test('says which markets there are when it is asked for another', async () => {
    const { said, ended } = run('free-bays.mjs', street.url, 'nowhere');
    expect(await ended).toEqual([1, null]);
    expect(said.error).toContain('no market "nowhere" here; there are: market');
  });
});

test('watch.mjs follows every change, and goes on without a gap and without a snapshot after a cut line', async () => {
  street.liveState.set([['full-2', 'vacant']], Date.now());
  const line = await openLine(Number(new URL(street.url).port));
  const { said, child, ended } = run('watch.mjs', line.url);
  try {
    await until(() => said.out.includes('(simulated: not real parking)'));
    street.liveState.set([['full-3', 'vacant']], Date.now());
    await until(() => /full: 2 vacant, 4 unknown/.test(said.out));
    line.cut();
    street.liveState.set([['full-4', 'vacant']], Date.now());
    await until(() => /full: 3 vacant, 3 unknown/.test(said.out));
    expect(said.out.match(/^snapshot/gm)).toHaveLength(1);
  } finally {
    child.kill();
    await ended;
    await line.close();
  }
});
