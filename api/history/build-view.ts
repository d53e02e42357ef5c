import type { LotId } from '#contract/ids.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { BayBoard } from './bay-board.ts';
import { bayRowFrom } from './bay-board.ts';
import { BayFold } from './bay-fold.ts';
import { wholeStretch } from './bay-records.ts';
import { GroupStays } from './group-stays.ts';
import { hourOf } from './hour-sums.ts';
import { lotHourFrom, sumsIn } from './lot-sums.ts';
import type { Hours } from './lot-sums.ts';
import { yieldToOthers } from './turns.ts';
import { sealOf } from './seal.ts';
import type { BayRow, HistoryView } from './view.ts';

/** Stays held in memory at most (and those of one bay) before they are written. */
const MOST_STAYS = 5_000;

/**
 * Fills an empty view from the whole log up to a position, bay by bay, so that each bay's records
 * come in order. The mark is written last: a build that was cut short counts for nothing.
 * `isStopped` is asked between bays; false is returned when it said so.
 */
export async function buildView(
  { log, board, view }: { log: EventLogReader; board: BayBoard; view: Pick<HistoryView, 'write'> },
  position: number,
  progress: { readonly built: (bays: number) => void; readonly isStopped: () => boolean },
): Promise<boolean> {
  const nothing = { mark: undefined, lotHours: [], retracted: [] };
  await writeSealed(log, view);
  const seal = sealOf(log);
  let built = 0;
  for (const { hoursKeys, bays: ofGroup } of board.groups) {
    const hours = new Map([...hoursKeys].map((key): [LotId, Hours] => [key, new Map()]));
    let stays = new GroupStays();
    let bays: BayRow[] = [];
    for (const bay of ofGroup) {
      if (progress.isStopped()) return false;
      const { start, changes, spans } = wholeStretch(log, bay, position);
      const sink = seal.over({
        sumsAt: (at) => {
          const ofLot = hours.get(bay.places.hoursKeyAt(at));
          if (!ofLot) throw new Error('a bay is in the lots of its group');
          return sumsIn(ofLot, hourOf(at));
        },
        endOf: (at) => bay.places.cellEnd(at),
        closed: (stay) => stays.closed(bay.bay, bay.places.lotAt(stay.arrivedBefore), stay),
        retracted: (order) => stays.retracted(bay.bay, order),
      });
      bay.fold = BayFold.over(start, changes, spans, sink);
      bays.push(bayRowFrom(bay));
      built += 1;
      progress.built(built);
      if (stays.count >= MOST_STAYS) {
        await view.write({ ...nothing, stays: stays.rows().stays, bays });
        [stays, bays] = [new GroupStays(), []];
      }
      await yieldToOthers();
    }
    const lotHours = [...hours].flatMap(([lot, ofLot]) =>
      [...ofLot].map(([hourAt, sums]) => lotHourFrom(lot, hourAt, sums)),
    );
    await view.write({ ...nothing, lotHours, stays: stays.rows().stays, bays });
  }
  await view.write({
    ...nothing,
    mark: { logId: log.logId, position },
    stays: [],
    bays: [],
  });
  return true;
}

/** What the log knows of hours whose changes it no longer has. */
async function writeSealed(log: EventLogReader, view: Pick<HistoryView, 'write'>): Promise<void> {
  const hours = log.sealedHours();
  for (let at = 0; at < hours.length; at += MOST_STAYS) {
    const lotHours = hours
      .slice(at, at + MOST_STAYS)
      .map((hour) => lotHourFrom(hour.lot, hour.hourAt, hour));
    await view.write({ mark: undefined, lotHours, retracted: [], stays: [], bays: [] });
    await yieldToOthers();
  }
}
