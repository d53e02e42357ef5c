import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTempFolder } from '../support/temp-folder.ts';
import { TestProcess } from '../support/process.ts';
import { until } from '../support/until.ts';
import { writeMixedSite } from './mixed-site.ts';

let folder: ReturnType<typeof openTempFolder>;
let sim: TestProcess;

beforeEach(() => {
  folder = openTempFolder();
  writeMixedSite(join(folder.path, 'site'));
});
afterEach(async () => {
  await sim.kill('SIGKILL');
  folder[Symbol.dispose]();
});

const aSim = (env: Record<string, string> = {}) =>
  new TestProcess('sim', 'sim', {
    BINJARI_SITE_FOLDER: join(folder.path, 'site'),
    BINJARI_LINES_FOLDER: join(folder.path, 'lines'),
    BINJARI_TRAFFIC: 'none',
    BINJARI_CONTROL: 'stdin',
    BINJARI_LOG_LEVEL: 'warn',
    ...env,
  });

test('a simulator obeys the lines of its input and answers each', async () => {
  sim = aSim();
  expect(await sim.start()).toContain('3 lines, 10 bays');
  const path = join(folder.path, 'lines', 'gw-1.far');
  expect(await sim.ask({ do: 'park', bay: 'lot-1-1' })).toEqual({ done: 'park' });
  await expect(sim.ask({ do: 'park', bay: 'lot-1-1' })).rejects.toThrow('occupied');
  await expect(sim.ask({ do: 'dance' })).rejects.toThrow('discriminator');
  expect(await sim.ask({ do: 'unplug', gateway: 'gw-1', line: 'far' })).toEqual({ done: 'unplug' });
  expect(existsSync(path)).toBe(false);
  expect(await sim.ask({ do: 'replug', gateway: 'gw-1', line: 'far' })).toEqual({ done: 'replug' });
  expect(existsSync(path)).toBe(true);
  expect(await sim.ask({ do: 'counts' })).toMatchObject({ counts: { changes: 1, truthLost: 0 } });
  await sim.kill('SIGTERM');
  expect(() => lstatSync(path)).toThrow('ENOENT');
});

test('a killed simulator’s lines are taken over by the next', async () => {
  sim = aSim();
  await sim.start();
  await sim.kill('SIGKILL');
  const path = join(folder.path, 'lines', 'gw-1.line-1');
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(await sim.start()).toContain('3 lines');
  await until(() => existsSync(path));
});

test('a site without a simulated line is refused with its reason', async () => {
  sim = aSim({ BINJARI_GATEWAY: 'gw-7' });
  await expect(sim.start()).rejects.toThrow(/ended \(78\)/);
  await expect(sim.start()).rejects.toThrow('"gw-7" is none');
});
