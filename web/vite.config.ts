import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin, UserConfig } from 'vite';
import type { ClientAssets } from './page/assets.ts';

const root = dirname(fileURLToPath(import.meta.url));

/**
 * Three builds, in this order: the driver's files into `dist/client`; the console's beside them
 * (`--mode console`), apart so that nothing it shares costs the driver's page a file more; then
 * (`--ssr`) the module that writes both documents into `dist/server/render.js`, which knows the
 * browser's files by their hashes.
 */
export default defineConfig(({ isSsrBuild, mode }) => {
  const isConsole = mode === 'console';
  return {
    root,
    base: '/',
    publicDir: isSsrBuild === true || isConsole ? false : join(root, 'public'),
    plugins: [clientAssets()],
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
        : isConsole
          ? browserBuild('console/main.ts', CONSOLE_MANIFEST)
          : { ...browserBuild('main.ts', DRIVER_MANIFEST), emptyOutDir: true },
  };
});

const DRIVER_MANIFEST = '.vite/manifest.json';
const CONSOLE_MANIFEST = '.vite/console.json';

function browserBuild(entry: string, manifest: string): NonNullable<UserConfig['build']> {
  return {
    outDir: join(root, 'dist/client'),
    emptyOutDir: false,
    target: 'es2022',
    manifest,
    // Every browser that knows ES modules' dynamic imports knows modulepreload, too, by now.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: join(root, entry) },
  };
}

interface ManifestChunk {
  readonly file: string;
  readonly css?: readonly string[];
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
      const assets: ClientAssets = {
        scripts: [`/${main.file}`],
        preloads: [`/${map.file}`],
        styles: [...(main.css ?? []), ...(map.css ?? [])].map((file) => `/${file}`),
      };
      const console = chunkOf(CONSOLE_MANIFEST, 'console/main.ts');
      const consoleAssets: ClientAssets = {
        scripts: [`/${console.file}`],
        preloads: [],
        styles: (console.css ?? []).map((file) => `/${file}`),
      };
      return [
        `export const clientAssets = ${JSON.stringify(assets)};`,
        `export const consoleAssets = ${JSON.stringify(consoleAssets)};`,
      ].join('\n');
    },
  };
}

function chunkOf(manifest: string, entry: string): ManifestChunk {
  const path = join(root, 'dist/client', manifest);
  const chunks = JSON.parse(readFileSync(path, 'utf8')) as Record<string, ManifestChunk>;
  const chunk = chunks[entry];
  if (chunk === undefined) throw new Error(`${path}: no ${entry}`);
  return chunk;
}
