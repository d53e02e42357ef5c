import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/faults.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| [FS]\d+ /.test(line));

test('the page on faults has every one that is tried for, each with a test that is there', () => {
  const named = new Set(rows.map((row) => row.split('|')[1]?.trim() ?? ''));
  const expected = [
    ...Array.from({ length: 21 }, (_, at) => `F${at + 1}`),
    ...Array.from({ length: 5 }, (_, at) => `S${at + 1}`),
  ];
  expect([...named].toSorted()).toEqual(expected.toSorted());
  for (const row of rows) {
    const tests = [...row.matchAll(/`(tests\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(tests.length).toBeGreaterThan(0);
    for (const path of tests) expect(existsSync(join(root, path))).toBe(true);
  }
});

test('the page on faults names every test of them', () => {
  const own = readdirSync(join(root, 'tests/faults')).filter((name) => name.endsWith('.test.ts'));
  for (const name of own) expect(page).toContain(`tests/faults/${name}`);
});

test('the command on the page on faults is one of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  for (const [, name = ''] of page.matchAll(/npm run ([\w:]+)/g)) {
    expect(Object.keys(scripts)).toContain(name);
  }
});
