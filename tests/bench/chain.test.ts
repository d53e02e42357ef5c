import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../../bench/report.ts';
import { openTempFolder } from '../support/temp-folder.ts';

test(
  'a small bench of byte to screen measures every part and loses nothing',
  { timeout: 420_000 },
  async () => {
    using folder = openTempFolder();
    const file = join(folder.path, 'figures.json');
    const asked = ['--import', 'tsx', 'bench/main.ts', 'chain', '--small', '--json', file];
    const { stderr } = await promisify(execFile)(process.execPath, asked);
    const { reports } = JSON.parse(readFileSync(file, 'utf8')) as { reports: Report[] };
    const figuresOf = (named: string) =>
      new Map(
        reports
          .find(({ bench }) => bench === `chain, ${named}`)
          ?.figures.map(({ what, value }) => [what, value]),
      );
    const peers = /^left out/m.test(stderr) ? [] : ['Node-RED'];
    for (const named of ['binjari', 'direct', 'bare chain', ...peers]) {
      const figures = figuresOf(named);
      expect(figures.get('lost')).toBe(0);
      for (const what of ['p50 at 100/s', 'p99 at 1,000/s', 'most changes']) {
        expect(figures.get(what)).toBeGreaterThan(0);
      }
    }
  },
);
