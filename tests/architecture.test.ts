import { describe, expect, test } from 'vitest';
import { libraryOf, roomOf, sourceOf, sourcesOf, targetOf } from './support/source-files.ts';
import type { Source } from './support/source-files.ts';

/** Who may import whom. Tests, benchmarks and start.ts may import everything; nobody imports them. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  runtime: ['contract'],
  broker: ['contract', 'runtime'],
  gateway: ['contract', 'runtime'],
  'firmware-sim': ['contract', 'runtime'],
  api: ['contract', 'runtime'],
  // It opens lines as a gateway does.
  doctor: ['contract', 'runtime', 'gateway'],
  web: ['contract'],
  seeds: [],
  scripts: ['contract', 'runtime'],
  examples: [],
};

/** Where each outside library is imported: a file, or a folder, for each room that needs it. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@asteasolutions/zod-to-openapi': ['api/documents/'],
  '@clack/prompts': ['gateway/init/'],
  '@duckdb/node-api': ['api/history/'],
  '@influxdata/influxdb-client': ['api/history/'],
  '@lydell/node-pty': ['firmware-sim/line/pty.ts'],
  '@photostructure/sqlite': ['runtime/sqlite.ts'],
  '@swc/wasm-typescript': ['runtime/typescript.mjs'],
  aedes: ['broker/'],
  'cli-table3': ['gateway/commands/'],
  commander: [
    'api/admin.ts',
    'api/admin/',
    'doctor/main.ts',
    'gateway/commands/',
    'gateway/init.ts',
  ],
  compression: ['api/http/'],
  'csv-parse': ['firmware-sim/world/', 'gateway/trace/', 'api/standards/', 'scripts/'],
  'csv-stringify': ['api/http/', 'api/standards/', 'scripts/'],
  'date-holidays': ['api/site/holidays.ts'],
  express: ['api/http/'],
  leaflet: ['web/map/'],
  mqtt: ['runtime/typed-mqtt.ts'],
  'node-forge': ['api/admin/certificates.ts'],
  pino: ['runtime/log.ts'],
  pmtiles: ['web/map/'],
  preact: ['web/console/'],
  'prom-client': ['api/metrics.ts', 'broker/metrics.ts', 'runtime/figures.ts'],
  'protomaps-leaflet': ['web/map/'],
  'pure-rand': ['firmware-sim/world/'],
  serialport: ['gateway/line/'],
  '@serialport/bindings-cpp': ['gateway/line/'],
  'temporal-polyfill': ['api/history/'],
  uplot: ['web/console/past/chart.ts'],
  uqr: ['start.ts', 'api/pages/qr.ts'],
  vite: [
    'scripts/processes.config.ts',
    'web/compressed-files.ts',
    'web/lean-leaflet.ts',
    'web/vite.config.ts',
  ],
  ws: ['broker/listeners.ts', 'api/live/hub.ts', 'examples/watch.mjs'],
  zod: [
    'contract/',
    'runtime/',
    'api/',
    'doctor/',
    'broker/',
    'gateway/',
    'firmware-sim/',
    'start.ts',
  ],
};

/** Where a process starts, beside each room's main.ts, and where its environment is read. */
const ENTRIES = new Set(['runtime/config.ts', 'start.ts']);

const MOST_LINES = 350;
const VAGUE = /\/index\.ts$|(^|[-/])(utils?|helpers?|manager|service|common|misc|shared)([-.]|$)/;

const rooms = Object.keys(mayImport).flatMap(sourcesOf);
const start = sourcesOf('start.ts');
const tests = [...sourcesOf('tests'), ...sourcesOf('bench')];

function strangersOf({ path, imports }: Source): string[] {
  const room = roomOf(path);
  const allowed = mayImport[room] ?? [];
  return imports.flatMap(({ from }) => {
    const target = targetOf(path, from);
    if (target === undefined) return [];
    const to = roomOf(target);
    const stays = to === room && !from.startsWith('#');
    const crosses = from.startsWith('#') && allowed.includes(to);
    return stays || crosses ? [] : [`${path} imports ${from}`];
  });
}

function homelessOf({ path, imports }: Source): string[] {
  return imports.flatMap(({ from, isType }) => {
    const library = libraryOf(from);
    if (library === undefined || (library === 'zod' && isType)) return [];
    const isHome = homes[library]?.some((home) =>
      home.endsWith('/') ? path.startsWith(home) : path === home,
    );
    return isHome ? [] : [`${path} imports ${from}`];
  });
}

function environmentReaders({ path, text }: Source): string[] {
  const may = ENTRIES.has(path) || /^[\w-]+\/main\.ts$/.test(path);
  return !may && /\bprocess\s*\.\s*env\b|\bprocess\[.env.\]|import\.meta\.env\b/.test(text)
    ? [path]
    : [];
}

/** The way from a file to a library by what remains at run time; undefined when there is none. */
function wayTo(
  library: string,
  from: Source,
  all: ReadonlyMap<string, Source>,
): string | undefined {
  const seen = new Set<string>();
  const ways: [Source, string][] = [[from, from.path]];
  for (let next = ways.shift(); next !== undefined; next = ways.shift()) {
    const [source, way] = next;
    if (seen.has(source.path)) continue;
    seen.add(source.path);
    for (const { from: name, isType } of source.imports) {
      if (isType) continue;
      if (libraryOf(name) === library) return `${way} → ${name}`;
      const target = all.get(targetOf(source.path, name) ?? '');
      if (target) ways.push([target, `${way} → ${target.path}`]);
    }
  }
  return undefined;
}

const byPath = new Map(rooms.map((source) => [source.path, source]));

describe('the house', () => {
  test('runs on Node 20 by what only blanks types out: nothing newer is left behind', () => {
    const served = rooms.filter(({ path }) => roomOf(path) !== 'web');
    const newer = served.filter(({ text }) => /^\s*(await )?using \w+ =/m.test(text));
    expect(newer.map(({ path }) => path)).toEqual([]);
  });

  test('has a rule for every room with code in it', () => {
    expect(rooms.length).toBeGreaterThan(50);
    expect([...new Set(rooms.map(({ path }) => roomOf(path)))].toSorted()).toEqual(
      Object.keys(mayImport)
        .filter((room) => sourcesOf(room).length > 0)
        .toSorted(),
    );
  });

  test('crosses a border only by # and only where it may', () => {
    expect(rooms.flatMap(strangersOf)).toEqual([]);
  });

  test('imports every outside library in one place', () => {
    expect([...rooms, ...start].flatMap(homelessOf)).toEqual([]);
  });

  test('leads to files that are there', () => {
    const known = new Set([...rooms, ...start, ...tests].map(({ path }) => path));
    const lost = rooms.flatMap(({ path, imports }) =>
      imports
        .map(({ from }) => targetOf(path, from))
        .filter((target) => target?.endsWith('.ts') === true && !known.has(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(lost).toEqual([]);
  });

  test('reads the environment only where a process starts', () => {
    expect([...rooms, ...start].flatMap(environmentReaders)).toEqual([]);
  });

  test('keeps its files short', () => {
    const long = [...rooms, ...start, ...tests]
      .map(({ path, text }) => [path, text.trimEnd().split('\n').length] as const)
      .filter(([, lines]) => lines > MOST_LINES);
    expect(long).toEqual([]);
  });

  test('names its files after what is in them, and re-exports nothing in bulk', () => {
    const code = [...rooms, ...start];
    expect(code.map(({ path }) => path).filter((path) => VAGUE.test(path))).toEqual([]);
    expect(code.filter(({ text }) => /^export \*/m.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('sends no schema library to the browser', () => {
    const web = rooms.filter(({ path }) => roomOf(path) === 'web');
    expect(web.flatMap((source) => wayTo('zod', source, byPath) ?? [])).toEqual([]);
  });
});

describe('these rules', () => {
  const files = (...pairs: [string, string][]) => pairs.map(([path, text]) => sourceOf(path, text));

  test.each([
    ['gateway/a.ts', "import { x } from '#api/api.ts';"],
    ['gateway/a.ts', "import type { X } from '#broker/broker.ts';"],
    ['gateway/a.ts', "import { x } from '../api/api.ts';"],
    ['gateway/a.ts', "import { x } from '#gateway/b.ts';"],
    ['gateway/a.ts', "const x = await import('../api/api.ts');"],
    ['gateway/a.ts', "import {\n  x,\n} from '../tests/support/until.ts';"],
    ['web/a.ts', "import { x } from '#runtime/clock.ts';"],
    ['contract/a.ts', "import { x } from '#runtime/clock.ts';"],
    ['contract/a.ts', "export { x } from '../runtime/clock.ts';"],
    ['runtime/a.ts', "import '#api/api.ts';"],
  ])('find a stranger in %s: %s', (path, text) => {
    expect(files([path, text]).flatMap(strangersOf)).toHaveLength(1);
  });

  test.each([
    ['api/http/a.ts', "import mqtt from 'mqtt';"],
    ['gateway/a.ts', "import { Aedes } from 'aedes';"],
    ['web/panel/a.ts', "import 'leaflet/dist/leaflet.css';"],
    ['web/panel/a.ts', "import * as z from 'zod';"],
    ['api/a.ts', "import left from 'left-pad';"],
    ['firmware-sim/a.ts', "const { open } = await import('@lydell/node-pty');"],
  ])('find a library away from home in %s: %s', (path, text) => {
    expect(files([path, text]).flatMap(homelessOf)).toHaveLength(1);
  });

  test('find who reads the environment', () => {
    const text = "const home = process.env['HOME'];";
    const found = files(['api/a.ts', text], ['api/main.ts', text], ['api/http/main.ts', text]);
    expect(found.flatMap(environmentReaders)).toEqual(['api/a.ts', 'api/http/main.ts']);
  });

  test('find a schema library behind two imports, and none behind a type', () => {
    const all = files(
      ['web/a.ts', "import { b } from './b.ts';"],
      ['web/b.ts', "import { c } from '#contract/c.ts';"],
      ['contract/c.ts', "import * as z from 'zod';"],
      ['web/d.ts', "import type { c } from '#contract/c.ts';"],
    );
    const known = new Map(all.map((source) => [source.path, source]));
    expect(all.map((source) => wayTo('zod', source, known))).toEqual([
      'web/a.ts → web/b.ts → contract/c.ts → zod',
      'web/b.ts → contract/c.ts → zod',
      'contract/c.ts → zod',
      undefined,
    ]);
  });

  test('do not take a comment for code', () => {
    const text = "/* import { x } from '#api/api.ts'; */\n// import 'aedes';\nexport const x = 1;";
    expect(sourceOf('gateway/a.ts', text).imports).toEqual([]);
  });
});
