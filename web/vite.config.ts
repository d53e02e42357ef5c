import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin, UserConfig } from 'vite';
import { compressedFiles } from './compressed-files.ts';
import { leanLeaflet } from './lean-leaflet.ts';
import { languages } from './text/language.ts';
import type { ClientAssets, PageAssets } from './page/assets.ts';

/** Not what only acts need, nor another language's texts. */
const SHARED =
  /preload-helper|[/\\](contract|web[/\\](lots|page|view[/\\](?!lot-details|more|yours|small)|handoff|live|wire|text[/\\](format|language|load-texts)))[/\\.]?/;
const root = dirname(fileURLToPath(import.meta.url));

/**
 * Four builds, in this order: the driver's files into `dist/client`; the console's and the signs'
 * beside them (`--mode console`, `--mode sign`), apart so that nothing they share costs the driver's
 * page a file more; then (`--ssr`) the module that writes all documents into
 * `dist/server/render.js`, which knows the browser's files by their hashes.
 */
export default defineConfig(({ isSsrBuild, mode }) => {
  const beside = BESIDE.find((name) => name === mode);
  return {
    root,
    base: '/',
    publicDir: isSsrBuild === true || beside !== undefined ? false : join(root, 'public'),
    plugins: [
      leanLeaflet(),
      clientAssets(),
      workerFiles(),
      compressedFiles(join(root, 'dist/client')),
    ],
    // The build of Leaflet that a bundler can cut.
    resolve: { alias: [{ find: /^leaflet$/, replacement: 'leaflet/dist/leaflet-src.esm.js' }] },
    ssr: { noExternal: true },
    build:
      isSsrBuild === true
        ? {
            outDir: join(root, 'dist/server'),
            emptyOutDir: true,
            target: 'node20',
            rolldownOptions: {
              input: join(root, 'server.ts'),
              output: { entryFileNames: 'render.js' },
            },
          }
        : beside === undefined
          ? driverBuild()
          : browserBuild(`${beside}/main.ts`, manifestOf(beside)),
  };
});

/** Builds with a folder, an entry and a manifest of their own. */
const BESIDE = ['console', 'sign'] as const;
type Beside = (typeof BESIDE)[number];
const DRIVER_MANIFEST = '.vite/manifest.json';
/** To compress takes most of a build's time; that needs no warning. */
const QUIET = { pluginTimings: false };
const manifestOf = (name: Beside) => `.vite/${name}.json`;

function browserBuild(entry: string, manifest: string): NonNullable<UserConfig['build']> {
  return {
    outDir: join(root, 'dist/client'),
    emptyOutDir: false,
    target: 'es2022',
    manifest,
    // Each page names what it will need.
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: { input: join(root, entry), checks: QUIET },
  };
}

/** The driver's page and the service worker. */
function driverBuild(): NonNullable<UserConfig['build']> {
  return {
    ...browserBuild('main.ts', DRIVER_MANIFEST),
    emptyOutDir: true,
    rolldownOptions: {
      checks: QUIET,
      input: {
        main: join(root, 'main.ts'),
        small: join(root, 'small.ts'),
        sw: join(root, 'sw.ts'),
      },
      output: {
        // One file of what page, map and acts share: three compress worse than one.
        codeSplitting: {
          groups: [{ name: 'shared', test: SHARED }],
        },
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  };
}

/**
 * Tells the service worker which files the page is made of. What only a site with tiles needs is
 * left out: it is large, and tiles are of no use offline. So is the style that stands in the page.
 */
function workerFiles(): Plugin {
  return {
    name: 'worker-files',
    generateBundle: (_options, bundle) => {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') return;
      const isForTiles = (file: string) => {
        const chunk = bundle[file];
        return chunk?.type === 'chunk' && chunk.moduleIds.some((id) => id.includes('protomaps'));
      };
      const main = Object.values(bundle).find(
        (chunk) => chunk.type === 'chunk' && chunk.name === 'main',
      );
      const inPage = importedCssOf(main ?? {});
      const files = Object.keys(bundle)
        .filter((file) => file.startsWith('assets/') && !isForTiles(file))
        .filter((file) => !inPage.has(file))
        .map((file) => `/${file}`)
        .toSorted();
      const version = createHash('sha256').update(files.join(' ')).digest('hex').slice(0, 12);
      worker.code = worker.code
        .replaceAll('BUILT_FILES', JSON.stringify(files))
        .replaceAll('BUILT_VERSION', JSON.stringify(version));
    },
  };
}

/** By what Vite notes of each chunk; its type leaves that out where plugins are written. */
function importedCssOf(chunk: object): ReadonlySet<string> {
  const { viteMetadata } = chunk as { viteMetadata?: { importedCss: Set<string> } };
  return viteMetadata?.importedCss ?? new Set();
}

interface ManifestChunk {
  readonly file: string;
  readonly css?: readonly string[];
  /** Keys of chunks that it imports at once. */
  readonly imports?: readonly string[];
}

/** `virtual:client-assets`: the addresses of the browser's files, from the manifests of their builds. */
function clientAssets(): Plugin {
  const id = 'virtual:client-assets';
  return {
    name: 'client-assets',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (source) => {
      if (source !== `\0${id}`) return undefined;
      const main = chunkOf(DRIVER_MANIFEST, 'main.ts');
      const map = chunkOf(DRIVER_MANIFEST, 'map/map.ts');
      const small = chunkOf(DRIVER_MANIFEST, 'small.ts');
      const importsOf = ({ imports = [] }: ManifestChunk) =>
        imports.map((key) => chunkOf(DRIVER_MANIFEST, key).file);
      const stylesOf = ({ imports = [], css = [] }: ManifestChunk) => [
        ...imports.flatMap((key) => chunkOf(DRIVER_MANIFEST, key).css ?? []),
        ...css,
      ];
      const texts = Object.fromEntries(
        languages.map((language) => [
          language,
          `/${chunkOf(DRIVER_MANIFEST, `text/${language}.ts`).file}`,
        ]),
      );
      const assets: ClientAssets = {
        scripts: [`/${main.file}`],
        texts,
        preloads: [...new Set([...importsOf(main), map.file, ...importsOf(map)])]
          .filter((file) => file !== main.file)
          .map((file) => `/${file}`),
        ...styleIn(stylesOf(main)),
        small: {
          scripts: [`/${small.file}`],
          preloads: importsOf(small).map((file) => `/${file}`),
          styles: stylesOf(small).map((file) => `/${file}`),
        },
      };
      const besides = BESIDE.map((name) => {
        const { file, css = [] } = chunkOf(manifestOf(name), `${name}/main.ts`);
        const its: PageAssets = {
          scripts: [`/${file}`],
          preloads: [],
          styles: css.map((style) => `/${style}`),
        };
        return `export const ${name}Assets = ${JSON.stringify(its)};`;
      });
      return [`export const clientAssets = ${JSON.stringify(assets)};`, ...besides].join('\n');
    },
  };
}

/** Refuses a style that would end its own element. */
function styleIn(files: readonly string[]): Pick<ClientAssets, 'style' | 'styleSource'> {
  const style = files
    .map((file) => readFileSync(join(root, 'dist/client', file), 'utf8').trim())
    .join('\n');
  if (style.includes('</')) throw new Error(`a style that cannot stand in a page: ${files.join()}`);
  const hash = createHash('sha256').update(style).digest('base64');
  return { style, styleSource: `sha256-${hash}` };
}

function chunkOf(manifest: string, entry: string): ManifestChunk {
  const path = join(root, 'dist/client', manifest);
  const chunks = JSON.parse(readFileSync(path, 'utf8')) as Record<string, ManifestChunk>;
  const chunk = chunks[entry];
  if (chunk === undefined) throw new Error(`${path}: no ${entry}`);
  return chunk;
}
