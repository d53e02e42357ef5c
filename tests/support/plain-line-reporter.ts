import type { Reporter, TestModule } from 'vitest/node';

/** The runner's own counts as one plain last line, `N passed, N failed`, behind the tests that needed a second try, for whoever reads a log. */
export class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const again: string[] = [];
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        if (state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
          again.push(test.fullName);
        if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state] += 1;
      }
      // A file that does not even load has no tests: it is one failure of its own.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) {
        counts.failed += 1;
      }
    }
    for (const name of again) process.stdout.write(`\nat its second try: ${name}`);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  }
}
