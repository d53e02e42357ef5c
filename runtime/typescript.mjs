import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/*
 * `node --import ./runtime/typescript.mjs …` runs our TypeScript on Node 20, where Node cannot strip
 * types itself; on later versions it does nothing. Its one library is WebAssembly: unlike tsx it needs
 * no package for each platform, so that an edge computer can leave all optional packages out.
 */
const isHooks = new URL(import.meta.url).search === '?hooks';
if (!isHooks && !process.features.typescript) register(`${import.meta.url}?hooks`);

let stripper;

/** A hook of Node's loader: types become blanks, so that lines and columns stay as they are. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  stripper ??= (await import('@swc/wasm-typescript')).default;
  const text = await readFile(fileURLToPath(url), 'utf8');
  const { code } = stripper.transformSync(text, {
    mode: 'strip-only',
    module: true,
    filename: url,
  });
  return { format: 'module', shortCircuit: true, source: code };
}
