import { startHistory } from '#api/history/start-history.ts';
import type { HistoryOptions, RunningHistory } from '#api/history/start-history.ts';
import { placementsOf } from '#api/site/placements.ts';
import type { EventLogReader } from '#api/log/event-log.ts';
import type { Site } from '#contract/site-check.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { answersOf } from './answers.ts';
import { MemoryLog } from './memory-log.ts';
import type { Told } from './memory-log.ts';
import type { ExpectedHistory } from './oracle.ts';
import { street } from './street.ts';

/** History of a log in a folder, with the system's clock and without log lines. */
export function historyIn(
  folder: string,
  eventLog: EventLogReader,
  site: Site,
  engine: HistoryOptions['engine'] = 'duckdb',
): Promise<RunningHistory> {
  const placements = placementsOf([{ validFrom: 0, site }]);
  return startHistory({ eventLog, placements, folder, engine, clock: systemClock, log: silentLog });
}

/** All that a view in memory says when this was told, one record after another. */
export async function historyOf(...told: readonly Told[]): Promise<ExpectedHistory> {
  const site = street();
  const eventLog = new MemoryLog({ mostRead: 1 });
  const history = await historyIn('', eventLog, site, 'memory');
  await history.caughtUp();
  eventLog.commit(told);
  await history.caughtUp();
  const answers = await answersOf(history, site);
  await history.close();
  return answers;
}
