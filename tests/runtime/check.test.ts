import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { built } from '../support/built.ts';
import type { Built } from '../support/built.ts';

const EX_CONFIG = 78;

function check(entry: Built, flags: readonly string[]) {
  const args = [...built(entry), '--check', ...flags];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

test.each<[Built, string[]]>([
  ['start', ['--site']],
  ['broker', ['--anonymous=true', '--site-folder']],
  ['sim', ['--site-folder']],
  ['gateway', ['--gateway=gw-1', '--secret-file=package.json', '--site-folder']],
  ['api', ['--secret-file=package.json', '--site-folder']],
])('%s --check reads the site too, not only its settings', { timeout: 30_000 }, (entry, flags) => {
  using temp = openTempFolder();
  const right = check(entry, [...flags, writeSmallSite(join(temp.path, 'site')).folder]);
  expect([right.status, right.stderr]).toEqual([0, '']);

  const wrong = join(temp.path, 'wrong');
  mkdirSync(wrong);
  writeFileSync(join(wrong, 'site.geojson'), '{"type":"FeatureCollection"}');
  const refused = check(entry, [...flags, wrong]);
  expect(refused.status).toBe(EX_CONFIG);
  expect(refused.stderr).toContain('a GeoJSON FeatureCollection with an array of features');
});

test('a site file that an editor saved with a byte order mark is read', () => {
  using temp = openTempFolder();
  const { folder } = writeSmallSite(temp.path);
  const file = join(folder, 'site.geojson');
  writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8')}`);
  expect(readSiteFolder(folder).lots.length).toBeGreaterThan(0);
});
