import { defineConfig } from 'vitest/config';
import { PlainLineReporter } from './tests/support/plain-line-reporter.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    reporters: ['default', new PlainLineReporter()],
    // Two cores: more workers only make the tests of real processes wait for each other.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
