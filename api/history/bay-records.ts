import { HOUR_MS } from '#contract/time.ts';
import type { EventLogReader, LoggedRecord } from '../log/event-log.ts';
import type { FoldedBay } from './bay-board.ts';
import { EMPTY_MEMORY } from './bay-fold.ts';
import type { FoldMemory } from './bay-fold.ts';
import type { BayPlaces } from './bay-places.ts';
import { compareOrder } from './order.ts';
import type { Span } from './spans.ts';
import type { Change } from './stay-machine.ts';

/** A stretch of one bay's history that can be folded by itself, up to now. */
export interface BayStretch {
  /** What was known when it began; its floor is the first instant that it tells of in full. */
  readonly start: FoldMemory;
  readonly changes: readonly Change[];
  readonly spans: readonly Span[];
}

type PlacedBay = Pick<FoldedBay, 'bay' | 'places'>;

/** All that the log has of a bay up to a position. */
export function wholeStretch(
  log: EventLogReader,
  { bay, places }: PlacedBay,
  upToPosition: number,
): BayStretch {
  const records = log.recordsOfBay(bay, 0, upToPosition);
  return { start: EMPTY_MEMORY, ...toldBy(records, places) };
}

/**
 * The shortest stretch that tells of everything since `from`, a whole hour: it begins after an
 * event that left the bay vacant, so that no stay reaches into it. Looks back farther and farther
 * until there is one, and never begins where the clock stepped back: there, events before and after
 * an instant are not those before and after each other.
 * `before`: what is told is wanted up to this instant only.
 */
export function stretchSince(
  log: EventLogReader,
  { bay, places, fold }: FoldedBay,
  from: number,
  upToPosition: number,
  before?: number,
): BayStretch {
  const { steps } = fold;
  let at = beforeSteps(from, steps);
  for (let reachMs = HOUR_MS; ; reachMs *= 2) {
    const records = log.recordsOfBay(bay, at, upToPosition, before);
    const { changes, spans } = toldBy(records, places);
    const hiding = hidingBefore(at, records, changes);
    if (hiding !== undefined) {
      at = beforeSteps(Math.max(0, hiding - reachMs), steps);
      continue;
    }
    const [earliest] = changes;
    if (!earliest || earliest.at >= at) {
      const start = { ...EMPTY_MEMORY, floor: at, steps };
      return { start, changes, spans };
    }
    const begin = lastVacantBefore(from, changes);
    const begun = changes[begin];
    // The log's "last event before" is the last by time; at a step it need not be so in order.
    if (begun && (begin > 0 || beforeSteps(begun.at, steps) === begun.at)) {
      const { order } = begun;
      const start: FoldMemory = {
        base: { known: 'vacant', unknownAt: undefined, stay: undefined },
        baseOrder: order,
        tail: [],
        floor: Math.max(at, begun.at),
        spans: [],
        steps,
        last: { order, at: begun.at },
      };
      return { start, changes: changes.slice(begin + 1), spans };
    }
    at = beforeSteps(Math.max(0, earliest.at - reachMs), steps);
  }
}

/** The latest instant up to `at` that no clock step reaches across. */
function beforeSteps(at: number, steps: readonly Span[]): number {
  const step = steps.find(({ from, until }) => from < at && at <= until);
  return step ? beforeSteps(step.from, steps) : at;
}

function lastVacantBefore(from: number, changes: readonly Change[]): number {
  let found = -1;
  for (const [at, change] of changes.entries()) {
    if (change.at >= from) break;
    if (change.state === 'vacant') found = at;
  }
  return found;
}

/** What the owners of the bay said, events in order. */
function toldBy(
  records: readonly LoggedRecord[],
  places: BayPlaces,
): Pick<BayStretch, 'changes' | 'spans'> {
  return {
    changes: records
      .flatMap((logged) => places.changeOf(logged) ?? [])
      .toSorted((a, b) => compareOrder(a.order, b.order)),
    spans: records.flatMap((logged) => places.spansOf(logged)),
  };
}

/** The log's "last event before" is another gateway's: the owner's own lies somewhere before it. */
function hidingBefore(
  at: number,
  records: readonly LoggedRecord[],
  changes: readonly Change[],
): number | undefined {
  if (changes.some((change) => change.at < at)) return undefined;
  for (const { record } of records) {
    if (record.kind === 'bay' && record.sensedAt < at) return record.sensedAt;
  }
  return undefined;
}
