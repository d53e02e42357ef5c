import type { BayId } from '#contract/ids.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { EventLogReader } from '../../log/event-log.ts';
import type { FoldedBay } from '../bay-board.ts';
import { BayFold } from '../bay-fold.ts';
import { BayPlaces } from '../bay-places.ts';
import { stretchSince } from '../bay-records.ts';
import { readBayText } from '../fold-text.ts';
import { hourOf, segmentsFrom } from '../hour-sums.ts';
import { clippedSpans, mergedSpans } from '../spans.ts';
import type { Span } from '../spans.ts';
import { stateOf } from '../stay-machine.ts';
import { yieldToOthers } from '../turns.ts';
import type { BayRow, HistoryView } from '../view.ts';

/** Observed time in one state. Between such spans nobody knows. */
export interface KnownSpan extends Span {
  readonly state: 'vacant' | 'occupied';
}

interface Parts {
  readonly eventLog: EventLogReader;
  readonly view: HistoryView;
}

/** Bay by bay; as of the view's position, so that it agrees with the view's own answers. */
export async function* knownTimes(
  { eventLog, view }: Parts,
  bays: readonly BayId[],
  window: TimeWindow,
): AsyncIterable<{ readonly bay: BayId; readonly known: readonly KnownSpan[] }> {
  const { position, folded } = await foldsOf(view, new Set(bays));
  for (const bay of bays) {
    const known = folded.get(bay);
    yield { bay, known: known ? knownTime(eventLog, { ...known, position }, window) : [] };
    await yieldToOthers();
  }
}

/** The folds as they stood at one position: a group may be written between two questions. */
async function foldsOf(view: HistoryView, bays: ReadonlySet<BayId>) {
  for (;;) {
    const before = await view.mark();
    const rows = await view.bays();
    const after = await view.mark();
    if (before?.position !== after?.position) continue;
    const wanted = rows.filter(({ bay }) => bays.has(bay));
    const folded = new Map(wanted.flatMap((row) => foldedBays(row)));
    return { position: after?.position ?? 0, folded };
  }
}

/** None: another version of this program wrote it, and the view is being made again. */
function foldedBays({ bay, lot, fold }: BayRow): [BayId, FoldedBay][] {
  const read = readBayText(fold);
  if (!read) return [];
  const places = new BayPlaces(read.placements, lot);
  return [[bay, { bay, places, fold: new BayFold(read.memory) }]];
}

/**
 * What is known of a bay within a window, from the events themselves: in order, without overlap,
 * neighbours in the same state being one. The bay's fold knows where its clock stepped.
 */
function knownTime(
  log: EventLogReader,
  bay: FoldedBay & { readonly position: number },
  { from, to }: TimeWindow,
): KnownSpan[] {
  const { start, changes, spans } = stretchSince(log, bay, hourOf(from), bay.position, to);
  const segments = segmentsFrom(from, stateOf(start.base), changes);
  const observed = clippedSpans(mergedSpans(spans), from, to);
  const known: KnownSpan[] = [];
  let first = 0;
  for (const span of observed) {
    for (let at = first; at < segments.length; at += 1) {
      const segment = segments[at];
      if (!segment || segment.from >= span.until) break;
      if (segment.until <= span.from) {
        first = at + 1;
        continue;
      }
      if (segment.state === 'unknown') continue;
      const begin = Math.max(segment.from, span.from);
      const until = Math.min(segment.until, span.until);
      const last = known.at(-1);
      if (last?.state === segment.state && last.until === begin) {
        known[known.length - 1] = { ...last, until };
      } else known.push({ from: begin, until, state: segment.state });
    }
  }
  return known;
}
