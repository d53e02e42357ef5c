import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openEventLog } from '#api/log/open-event-log.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { answersOf } from './answers.ts';
import { commitTold, learnJournals } from './commit-told.ts';
import { historyIn } from './open-history.ts';
import { expectedHistory } from './oracle.ts';
import { randomHistory } from './random-history.ts';
import { HOUR, street } from './street.ts';

const site = street();
test.each([
  { engine: 'memory', numRuns: 40 },
  { engine: 'duckdb', numRuns: 8 },
] as const)('a view in $engine follows the real event log over the turn of a month', async (on) => {
  await fc.assert(
    fc.asyncProperty(randomHistory(), async ({ told, commits }) => {
      using folder = openTempFolder();
      const clock = new HandClock(Date.UTC(2026, 2, 31, 12));
      const eventLog = openEventLog(folder.path, { clock, log: silentLog });
      learnJournals(eventLog, told);
      const history = await historyIn(folder.path, eventLog, site, on.engine);
      try {
        const ends = new Map<string, number>();
        for (const [at, one] of commits.entries()) {
          clock.pass(HOUR);
          commitTold(eventLog, one, ends);
          if (at % 3 === 0) await history.caughtUp();
        }
        await history.caughtUp();
        const expected = expectedHistory(site, told);
        expect(await answersOf(history, site)).toEqual(expected);
        await history.rebuild();
        expect(await answersOf(history, site)).toEqual(expected);
      } finally {
        await history.close();
        eventLog.close();
      }
    }),
    { numRuns: on.numRuns },
  );
});
