import type { BayId } from '#contract/ids.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { BayBoard } from './bay-board.ts';
import { stretchSince } from './bay-records.ts';
import type { LotHour } from './history.ts';
import { yieldToOthers } from './turns.ts';
import type { HistoryView } from './view.ts';
import type { Expiry } from './waiters.ts';

interface Parts {
  readonly eventLog: EventLogReader;
  readonly view: HistoryView;
  readonly board: BayBoard;
  /** Of the log, at which the view stands. */
  readonly position: number;
  readonly isStopped: () => boolean;
}

/**
 * Seals the sums of all hours before the instant, then removes the changes that they were made of,
 * then the stays that ended before. Cut short at any point, the next time makes up for it: what is
 * sealed counts, whether or not its changes are still there. Resolves with the number of events.
 */
export async function expireHistory({ until, log }: Expiry, parts: Parts): Promise<number> {
  const { eventLog, view, board, position, isStopped } = parts;
  const window = { from: eventLog.sealedUntil, to: until };
  if (window.from < until) {
    const hours: LotHour[] = [];
    for (const key of new Set([...board.groups].flatMap(({ hoursKeys }) => [...hoursKeys]))) {
      const found = await view.lotHours(key, window);
      for (const hour of found) {
        if (hour.hourAt >= window.from && hour.hourAt < until) hours.push(hour);
      }
      await yieldToOthers();
    }
    log.seal(until, hours);
  }
  // Of a bay that is nobody's by any version of the site nothing is folded, and nothing needed.
  const keptFrom = new Map<BayId, number>();
  for (const bay of board.all) {
    const { start } = stretchSince(eventLog, bay, eventLog.sealedUntil, position);
    if (isStopped()) return 0;
    // It begins with the event that left the bay vacant: a stay that is open is kept whole.
    keptFrom.set(bay.bay, Math.min(eventLog.sealedUntil, start.last?.at ?? start.floor));
    await yieldToOthers();
  }
  const events = await log.expire((bay) => keptFrom.get(bay) ?? eventLog.sealedUntil, isStopped);
  await view.expire(eventLog.sealedUntil);
  return events;
}
