import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCredentials, verifySecret } from '#runtime/credentials.ts';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const CLIENTS = ['api', 'gw-1', 'gw-2'];

test.each<[string, (folder: string) => void]>([
  ['nothing is lost', () => undefined],
  ['the broker’s file is lost', (folder) => rmSync(join(folder, 'credentials.json'))],
  ['all secrets are lost', (folder) => rmSync(join(folder, 'secrets'), { recursive: true })],
  [
    'a power cut left an empty secret',
    (folder) => writeFileSync(join(folder, 'secrets/gw-1.secret'), ''),
  ],
  [
    'a kill came between the two files',
    (folder) => writeFileSync(join(folder, 'secrets/gw-2.secret'), `${'x'.repeat(43)}\n`),
  ],
])('after a restart the broker takes every client of the site where %s', async (_, lose) => {
  using temp = openTempFolder();
  const site = readSiteFolder(writeSmallSite(join(temp.path, 'site')).folder);
  await provisionSite(temp.path, site);
  lose(temp.path);
  const { credentialsFile, secretFileOf } = await provisionSite(temp.path, site);
  const known = readCredentials(credentialsFile);
  for (const id of CLIENTS) {
    const secret = readFileSync(secretFileOf(id), 'utf8').trim();
    expect(await verifySecret(secret, known.get(id)?.hash ?? '')).toBe(true);
  }
});

test('a secret that works stays as it is', async () => {
  using temp = openTempFolder();
  const site = readSiteFolder(writeSmallSite(join(temp.path, 'site')).folder);
  const { secretFileOf } = await provisionSite(temp.path, site);
  const secret = readFileSync(secretFileOf('gw-1'), 'utf8');
  await provisionSite(temp.path, site);
  expect(readFileSync(secretFileOf('gw-1'), 'utf8')).toBe(secret);
});
