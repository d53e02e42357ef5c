import { configDefaults, defineConfig } from 'vitest/config';
import { PlainLineReporter } from './tests/support/plain-line-reporter.ts';
import { SpreadSequencer } from './tests/support/spread-sequencer.ts';
import { OF_ITS_OWN } from './tests/support/worker-of-its-own.ts';

export default defineConfig({
  test: {
    globalSetup: './tests/support/build.ts',
    reporters: ['default', new PlainLineReporter()],
    // Two cores: many tests wait for real processes, so a third worker finds room beside two.
    maxWorkers: 3,
    sequence: { sequencer: SpreadSequencer },
    // Real lines, processes and browsers on a machine that others use, too: what fails twice is broken,
    // and what passed at its second try is named at the end.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // To start a worker and load what a file imports takes a second of CPU time: files that leave
    // nothing behind follow each other in one.
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          isolate: false,
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...OF_ITS_OWN],
        },
      },
      { extends: true, test: { name: 'own', include: [...OF_ITS_OWN] } },
    ],
  },
});
