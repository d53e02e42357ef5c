import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startHistory } from '#api/history/start-history.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { answersOf } from './answers.ts';
import { MemoryLog } from './memory-log.ts';
import { expectedHistory } from './oracle.ts';
import { randomHistory } from './random-history.ts';
import type { RandomHistory } from './random-history.ts';
import { street } from './street.ts';

const site = street();
const ENGINES = [
  { engine: 'memory', numRuns: 1_000 },
  { engine: 'duckdb', numRuns: 25 },
] as const;

/** Lets a history follow the commits, and answers what it says then and what a rebuild says. */
async function followed(engine: 'memory' | 'duckdb', { commits, mostRead }: RandomHistory) {
  using folder = openTempFolder();
  const eventLog = new MemoryLog({ mostRead });
  const history = await startHistory({
    eventLog,
    site,
    folder: folder.path,
    engine,
    clock: systemClock,
    log: silentLog,
  });
  try {
    await history.caughtUp();
    for (const commit of commits) {
      eventLog.commit(commit);
      await history.caughtUp();
    }
    const incremental = await answersOf(history, site);
    await history.rebuild();
    return { incremental, rebuilt: await answersOf(history, site) };
  } finally {
    await history.close();
  }
}

describe.each(ENGINES)('history in $engine', ({ engine, numRuns }) => {
  test('answers what the rules say, in whatever order records arrive', async () => {
    await fc.assert(
      fc.asyncProperty(randomHistory(), async (random) => {
        const expected = expectedHistory(site, random.told);
        const { incremental, rebuilt } = await followed(engine, random);
        expect(incremental).toEqual(expected);
        expect(rebuilt).toEqual(expected);
      }),
      { numRuns },
    );
  });
});
