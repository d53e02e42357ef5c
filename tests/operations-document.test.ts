import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alarms } from '#contract/alarms.ts';
import { openProgram } from '#api/admin/program.ts';
import { sourcesOf } from './support/source-files.ts';

const ROOT = join(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

/** The rows of the table under a heading, cell by cell. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return own
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('the page on operations says of every alarm who finds it, how bad it is and what to do', () => {
  expect(rowsUnder('Alarms')).toEqual(
    Object.entries(alarms).map(([name, { by, severity, afterMs, means, todo }]) => [
      `\`${name}\``,
      by,
      severity,
      `${afterMs / 1_000} s`,
      means,
      todo,
    ]),
  );
});

describe('a log line', () => {
  const sources = ['api', 'broker', 'firmware-sim', 'gateway', 'runtime'].flatMap(sourcesOf);
  const said = sources.flatMap(({ text }) =>
    [
      ...text.matchAll(/\blog\??\s*\.(debug|info|warn|error|fatal)\(\s*[^;]*?'(\w+\.[\w.]+)'/gi),
    ].map(([, level = '', event = '']) => ({ level: level.toLowerCase(), event })),
  );

  test('names component, entity and action', () => {
    expect(said.length).toBeGreaterThan(50);
    const names = new Set(said.map(({ event }) => event));
    const parts = /^[a-z]+\.[a-z][a-zA-Z0-9]*\.[a-z][a-zA-Z]*$/;
    expect([...names].filter((event) => !parts.test(event))).toEqual([]);
  });

  test('that the page names is one that is written', () => {
    const rows = rowsUnder('Log lines');
    expect(rows.length).toBeGreaterThan(10);
    const text = sources.map((source) => source.text).join('\n');
    for (const [event = '', level = ''] of rows) {
      const name = event.replaceAll('`', '');
      expect([name, text.includes(`'${name}'`)]).toEqual([name, true]);
      const levels = said.flatMap((line) => (line.event === name ? [line.level] : []));
      // Written by way of a pace that keeps its level: it is found by its name alone.
      expect([name, levels.length === 0 || levels.includes(level)]).toEqual([name, true]);
    }
  });
});

test('every command and file that the page names is there', () => {
  const program = openProgram('0', { out: process.stdout, progress: () => undefined });
  const commands = new Set(program.commands.map((command) => command.name()));
  const named = [...page.matchAll(/npm run admin -- ([\w-]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(6);
  expect(named.filter((name) => !commands.has(name))).toEqual([]);
  const links = [...page.matchAll(/\]\((\.\.\/)?([\w./-]+)\)/g)].map(([, up, path = '']) =>
    up === undefined ? join('docs', path) : path,
  );
  expect(links).toContain('docs/broker.md');
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
