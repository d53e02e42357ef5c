import { defineConfig } from 'vitest/config';
import { PlainLineReporter } from './tests/support/plain-line-reporter.ts';
import { SpreadSequencer } from './tests/support/spread-sequencer.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
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
  },
});
