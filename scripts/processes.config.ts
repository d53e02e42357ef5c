import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
/** By the name of the built file. */
const processes = {
  start: 'start.ts',
  api: 'api/main.ts',
  admin: 'api/admin.ts',
  copy: 'api/backup/copy.ts',
  broker: 'broker/main.ts',
  doctor: 'doctor/main.ts',
  gateway: 'gateway/main.ts',
  init: 'gateway/init.ts',
  sim: 'firmware-sim/main.ts',
};

/**
 * The processes as plain JavaScript in `dist/`: a start from there takes a quarter of the CPU time
 * that hundreds of TypeScript files take (docs/decisions/0014). Flat, since files beside the program
 * are found from where its code lies; packages stay outside.
 */
export default defineConfig({
  root,
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: processes,
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
