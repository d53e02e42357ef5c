import { expect, test } from 'vitest';
import { smallRun } from './small-run.ts';

/** Node-RED is installed the first time. */
const WITHIN_MS = 420_000;

test(
  'a small bench of byte to screen measures every part and loses nothing',
  { timeout: WITHIN_MS },
  async () => {
    const { reports, said } = await smallRun('chain', WITHIN_MS);
    const figuresOf = (named: string) =>
      new Map(
        reports
          .find(({ bench }) => bench === `chain, ${named}`)
          ?.figures.map(({ what, value }) => [what, value]),
      );
    const peers = /^left out/m.test(said) ? [] : ['Node-RED'];
    for (const named of ['binjari', 'binjari in one process', 'direct', 'bare chain', ...peers]) {
      const figures = figuresOf(named);
      expect(figures.get('lost')).toBe(0);
      for (const what of ['p50 at 100/s', 'p99 at 1,000/s', 'most changes']) {
        expect(figures.get(what)).toBeGreaterThan(0);
      }
    }
  },
);
