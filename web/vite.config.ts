import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { languages } from './text/language.ts';
import type { ClientAssets } from './page/assets.ts';

/** Not what only acts need, nor another language's texts. */
const SHARED =
  /preload-helper|[/\\](contract|web[/\\](lots|page|view[/\\](?!lot-details|more|yours|small)|handoff|live|wire|text[/\\](format|language|load-texts)))[/\\.]?/;
const root = dirname(fileURLToPath(import.meta.url));

/**
 * Two builds, in this order: the browser's files into `dist/client`, then (`--ssr`) the module that
 * writes the page into `dist/server/render.js`, which knows the browser's files by their hashes.
 */
export default defineConfig(({ isSsrBuild }) => ({
  root,
  base: '/',
  publicDir: isSsrBuild === true ? false : join(root, 'public'),
  plugins: [clientAssets(), workerFiles()],
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
      : {
          outDir: join(root, 'dist/client'),
          emptyOutDir: true,
          target: 'es2022',
          manifest: true,
          // The page names what it will need; all styles are in one file, so that nothing else is to load.
          modulePreload: false,
          assetsInlineLimit: 0,
          rolldownOptions: {
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
        },
}));

/**
 * Tells the service worker which files the page is made of. What only a site with tiles needs is
 * left out: it is large, and tiles are of no use offline.
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
      const files = Object.keys(bundle)
        .filter((file) => file.startsWith('assets/') && !isForTiles(file))
        .map((file) => `/${file}`)
        .toSorted();
      const version = createHash('sha256').update(files.join(' ')).digest('hex').slice(0, 12);
      worker.code = worker.code
        .replaceAll('BUILT_FILES', JSON.stringify(files))
        .replaceAll('BUILT_VERSION', JSON.stringify(version));
    },
  };
}

interface ManifestChunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

/** `virtual:client-assets`: the addresses of the browser's files, from the manifest of their build. */
function clientAssets(): Plugin {
  const id = 'virtual:client-assets';
  return {
    name: 'client-assets',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (source) => {
      if (source !== `\0${id}`) return undefined;
      const path = join(root, 'dist/client/.vite/manifest.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, ManifestChunk>;
      const importsOf = (chunk: ManifestChunk) =>
        (chunk.imports ?? []).flatMap((key) => manifest[key]?.file ?? []);
      const stylesOf = (chunk: ManifestChunk): readonly string[] => [
        ...(chunk.imports ?? []).flatMap((key) => manifest[key]?.css ?? []),
        ...(chunk.css ?? []),
      ];
      const main = manifest['main.ts'];
      const map = manifest['map/map.ts'];
      const small = manifest['small.ts'];
      const texts = Object.fromEntries(
        languages.map((language) => [language, `/${manifest[`text/${language}.ts`]?.file ?? ''}`]),
      );
      if (main === undefined || map === undefined || small === undefined) {
        throw new Error(`${path}: no main, no map or nothing small`);
      }
      const assets: ClientAssets = {
        scripts: [`/${main.file}`],
        texts,
        preloads: [...new Set([...importsOf(main), map.file, ...importsOf(map)])]
          .filter((file) => file !== main.file)
          .map((file) => `/${file}`),
        styles: stylesOf(main).map((file) => `/${file}`),
        small: {
          scripts: [`/${small.file}`],
          preloads: importsOf(small).map((file) => `/${file}`),
          styles: stylesOf(small).map((file) => `/${file}`),
        },
      };
      return `export const clientAssets = ${JSON.stringify(assets)};`;
    },
  };
}
