import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { libraryOf, sourcesOf, targetOf } from '../support/source-files.ts';

const ROOT = join(import.meta.dirname, '../..');
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

/** Every outside library that a process needs when it runs, by following its imports. */
function librariesOf(entry: string): Set<string> {
  const rooms = ['contract', 'runtime', 'gateway'].flatMap(sourcesOf);
  const byPath = new Map(rooms.map((source) => [source.path, source]));
  const libraries = new Set<string>();
  const seen = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { from, isType } of byPath.get(path)?.imports ?? []) {
      const library = isType ? undefined : libraryOf(from);
      if (library !== undefined) libraries.add(library);
      const target = targetOf(path, from);
      if (target !== undefined && !isType) waiting.push(target);
    }
  }
  return libraries;
}

test('a gateway needs no optional and no development package', () => {
  const libraries = librariesOf('gateway/main.ts');
  expect(libraries).toContain('serialport');
  expect(libraries).toContain('mqtt');
  expect([...libraries].filter((library) => !Object.hasOwn(dependencies, library))).toEqual([]);
});

test.each(['@serialport/bindings-cpp', '@photostructure/sqlite'])(
  '%s brings what an arm64 computer runs, compiled',
  (library) => {
    const prebuilt = join(ROOT, 'node_modules', library, 'prebuilds/linux-arm64');
    expect(existsSync(prebuilt)).toBe(true);
  },
);
