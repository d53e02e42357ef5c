import { expect, test } from 'vitest';
import { benchWeb } from '../../bench/web/bench-web.ts';

test(
  'the bench of the page says what it measured, whatever it is',
  { timeout: 180_000 },
  async () => {
    const figures = new Map<string, number>();
    for await (const report of benchWeb({ isSmall: true })) {
      for (const { what, value } of report.figures) figures.set(`${report.bench}: ${what}`, value);
    }
    expect(figures.size).toBeGreaterThanOrEqual(11);
    for (const value of figures.values()) expect(value).toBeGreaterThan(0);
  },
);
