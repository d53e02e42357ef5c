import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTempFolder } from '../../support/temp-folder.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { aStreet } from './street.ts';

const site = openTempFolder();
const page = openTempFolder();
const [market] = aStreet().markets;
const id = market?.properties.id ?? '';
let street: ServedStreet;

beforeAll(async () => {
  mkdirSync(join(site.path, 'pictures'));
  writeFileSync(join(site.path, 'pictures', `${id}-ko.png`), 'own');
  writeFileSync(join(site.path, 'pictures', 'secret-ko.png'), 'of no market');
  mkdirSync(join(page.path, 'client'));
  for (const language of ['ko', 'en']) {
    writeFileSync(join(page.path, 'client', `og-${language}.png`), `ours ${language}`);
  }
  street = await serveStreet({ config: { siteFolder: site.path }, webFolder: () => page.path });
});
afterAll(async () => {
  await street[Symbol.asyncDispose]();
  site[Symbol.dispose]();
  page[Symbol.dispose]();
});

const asked = async (path: string): Promise<Response> =>
  fetch(`${street.url}${path}`, { headers: { 'accept-language': 'en' } });

test('is the site folder’s own in the language, else the page’s', async () => {
  const own = await asked(`/m/${id}/link.png?lang=ko`);
  expect([own.status, own.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(await own.text()).toBe('own');
  expect(await (await asked(`/m/${id}/link.png?lang=en`)).text()).toBe('ours en');
  expect(await (await asked(`/m/${id}/link.png?lang=xx`)).text()).toBe('ours en');
});

test.each(['/m/secret/link.png?lang=ko', '/m/..%2fpictures%2fsecret/link.png?lang=ko'])(
  'is of no market that the site does not have: %s',
  async (path) => {
    const answer = await asked(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).not.toContain('of no market');
    expect(answer.headers.get('content-type')).toContain('json');
  },
);
