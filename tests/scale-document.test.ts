import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiConfig } from '#api/config.ts';
import { divisionOf } from '#api/ingest/division.ts';
import { envNameOf } from '#runtime/config.ts';

const ROOT = join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(join(ROOT, 'docs', file), 'utf8');
const page = textOf('scale.md');

describe('the page on scale', () => {
  test('names settings of an api, and a division that can be read', () => {
    const settings = new Set(Object.keys(ApiConfig.shape).map(envNameOf));
    const named = [...page.matchAll(/BINJARI_\w+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
    const [, text = ''] = /`BINJARI_DIVISION` *\| `([^`]+)`/.exec(page) ?? [];
    expect([...(divisionOf(text)?.keys() ?? [])]).toEqual(['api-2', 'api-3']);
  });

  test('says no measurement that the page on performance does not', () => {
    const measured = textOf('performance.md');
    const cited = ['33,225', '28.3 µs', '202 MB', '22.6 µs', '0.65 s', '49,004/s', '24,241/s'];
    const times = ['151 ms', '8.8 s', '55.5 ms', '0.90 s'];
    for (const figure of [...cited, ...times, '16,633/s', '36,954/s', '1.21 ×', '584 MB']) {
      const digits = figure.replace('/s', '');
      expect([figure, page.includes(digits), measured.includes(digits)]).toEqual([
        figure,
        true,
        true,
      ]);
    }
    expect(page).toContain('40,067');
    expect(textOf('broker.md')).toContain('40,067');
  });

  test('points at files that are there', () => {
    const tests = [...page.matchAll(/`(tests\/[\w./-]+)`/g)].map(([, file = '']) => file);
    const links = [...page.matchAll(/\]\(([^)#]+)/g)].map(([, file = '']) => `docs/${file}`);
    expect(links.length).toBeGreaterThan(3);
    for (const file of [...tests, ...links])
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  });
});
