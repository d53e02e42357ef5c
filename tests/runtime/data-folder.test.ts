import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeDataFolder } from '#runtime/data-folder.ts';
import { ConfigError, UnavailableError } from '#runtime/errors.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { built } from '../support/built.ts';
import type { Built } from '../support/built.ts';

test('a data folder has one owner at a time, and the next when it is released', () => {
  using temp = openTempFolder();
  const folder = join(temp.path, 'a', 'b');
  const first = takeDataFolder(folder, 'dataFolder');
  expect(() => takeDataFolder(folder, 'dataFolder')).toThrow(UnavailableError);
  expect(() => takeDataFolder(folder, 'dataFolder')).toThrow(
    /"[^"]+" is in use by another Binjari that runs; .*BINJARI_DATA_FOLDER, --data-folder/,
  );
  first.release();
  takeDataFolder(folder, 'dataFolder').release();
});

test('a killed process leaves its data folder to the next at once', async () => {
  using temp = openTempFolder();
  const source = `import { takeDataFolder } from '#runtime/data-folder.ts';
    takeDataFolder(${JSON.stringify(temp.path)}, 'data'); console.log('taken'); setInterval(() => {}, 1e6);`;
  const entry = ['--import', 'tsx', '--input-type=module', '-e', source];
  const owner = spawn(process.execPath, entry, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout, 'data');
  expect(() => takeDataFolder(temp.path, 'data')).toThrow(UnavailableError);
  const gone = once(owner, 'exit');
  owner.kill('SIGKILL');
  await gone;
  const taken = await until(() => takeDataFolder(temp.path, 'data'));
  taken.release();
});

test('a data folder that cannot be made is named, with the setting that moves us', () => {
  using temp = openTempFolder();
  const file = join(temp.path, 'file');
  writeFileSync(file, '');
  for (const wrong of [file, join(file, 'below'), '/proc/binjari/data']) {
    expect(() => takeDataFolder(wrong, 'data')).toThrow(ConfigError);
    expect(() => takeDataFolder(wrong, 'data')).toThrow(`data: "${wrong}" cannot be written: `);
    expect(() => takeDataFolder(wrong, 'data')).toThrow('(BINJARI_DATA, --data)');
  }
  mkdirSync(join(temp.path, 'there'));
  takeDataFolder(join(temp.path, 'there'), 'data').release();
});

const SITE = ['--secret-file', 'package.json', '--site-folder'];

test.each<[Built, string, string[]]>([
  ['start', '--data', ['--site']],
  ['gateway', '--data-folder', ['--gateway', 'gw-1', ...SITE]],
  ['api', '--data-folder', SITE],
])(
  '%s ends with 69 and one sentence where its folder is in use',
  (entry, folderFlag, flags) => {
    using temp = openTempFolder();
    const { folder: site } = writeSmallSite(join(temp.path, 'site'));
    const folder = join(temp.path, 'data');
    const owner = takeDataFolder(folder, 'data');
    const args = [...built(entry), folderFlag, folder, ...flags, site];
    const refused = spawnSync(process.execPath, args, { encoding: 'utf8' });
    owner.release();
    expect(refused.status).toBe(69);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(refused.stderr).toContain('is in use by another Binjari that runs');
  },
  30_000,
);
