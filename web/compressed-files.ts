import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXTS = new Set(['.css', '.js', '.svg', '.webmanifest']);
/** Below this a packet is sent either way. */
const WORTH_BYTES = 1_024;

/**
 * Writes each text file of a build once more as `.br` and `.gz`, as small as can be: the server
 * sends these instead of compressing at each request. After every build of the browser's files, the
 * first of which empties the folder.
 */
export function compressedFiles(folder: string): Plugin {
  return {
    name: 'compressed-files',
    apply: ({ build }) => build?.ssr === undefined || build.ssr === false,
    writeBundle: () => {
      for (const path of textsBelow(folder)) {
        const bytes = readFileSync(path);
        if (bytes.length < WORTH_BYTES || isDone(path)) continue;
        writeFileSync(`${path}.br`, brotli(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

/** By a build before this one, in the same folder. */
function isDone(path: string): boolean {
  const made = [`${path}.br`, `${path}.gz`].map((each) =>
    statSync(each, { throwIfNoEntry: false }),
  );
  const { mtimeMs } = statSync(path);
  return made.every((each) => each !== undefined && each.mtimeMs >= mtimeMs);
}

function textsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => TEXTS.has(extname(name)))
    .map((name) => join(folder, name));
}

function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}
