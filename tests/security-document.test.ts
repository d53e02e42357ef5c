import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { serveStreet } from './api/http/served-street.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(`${root}docs/security.md`, 'utf8');
const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

test('the security document names, for each threat, a test that is there', () => {
  const proofs = rows.flatMap((cells) =>
    cells.filter((cell) => /^tests\/\S+\.test\.ts$/.test(cell)),
  );
  expect(proofs.length).toBeGreaterThan(12);
  expect(proofs.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
});

test('the security document’s table of routes is that of the router', async () => {
  await using street = await serveStreet();
  const words = { filtered: 'own', none: 'yes', site: 'no' } as const;
  const there = street.serving.routes
    .filter(({ access }) => access !== 'public' && access !== 'page')
    .map(({ method, path, access, lots }) =>
      [`${method.toUpperCase()} ${path}`, access, words[lots ?? 'site']].join(' | '),
    );
  const said = rows
    .filter(([, route = '']) => /^(GET|POST|PUT|PATCH|DELETE) \//.test(route))
    .map((cells) => cells.slice(1, 4).join(' | '));
  expect(said.toSorted()).toEqual(there.toSorted());
});
