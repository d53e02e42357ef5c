import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import type { ClientAssets } from './page/assets.ts';

const root = dirname(fileURLToPath(import.meta.url));

/**
 * Two builds, in this order: the browser's files into `dist/client`, then (`--ssr`) the module that
 * writes the page into `dist/server/render.js`, which knows the browser's files by their hashes.
 */
export default defineConfig(({ isSsrBuild }) => ({
  root,
  base: '/',
  publicDir: isSsrBuild === true ? false : join(root, 'public'),
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
      : {
          outDir: join(root, 'dist/client'),
          emptyOutDir: true,
          target: 'es2022',
          manifest: true,
          // Every browser that knows ES modules' dynamic imports knows modulepreload, too, by now.
          modulePreload: { polyfill: false },
          assetsInlineLimit: 0,
          rolldownOptions: { input: [join(root, 'main.ts'), join(root, 'sign/main.ts')] },
        },
}));

interface ManifestChunk {
  readonly file: string;
  readonly css?: readonly string[];
  /** Keys of chunks that it imports at once. */
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
      const assetsOf = (keys: readonly string[]): ClientAssets => {
        const chunks = keys.map((key) => {
          const chunk = manifest[key];
          if (chunk === undefined) throw new Error(`${path}: no ${key}`);
          return chunk;
        });
        const [script, ...others] = chunks;
        const shared = chunks.flatMap(({ imports }) => imports ?? []);
        const early = shared
          .flatMap((key) => manifest[key] ?? [])
          .filter((chunk) => chunk !== script);
        const addresses = (all: readonly ManifestChunk[]) => [
          ...new Set(all.map(({ file }) => `/${file}`)),
        ];
        return {
          scripts: addresses(chunks.slice(0, 1)),
          preloads: addresses([...others, ...early]),
          styles: chunks.flatMap(({ css }) => css ?? []).map((file) => `/${file}`),
        };
      };
      const page = assetsOf(['main.ts', 'map/map.ts']);
      const sign = assetsOf(['sign/main.ts']);
      return `export const clientAssets = ${JSON.stringify(page)};
export const signAssets = ${JSON.stringify(sign)};`;
    },
  };
}
