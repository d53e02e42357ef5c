import type { BayId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { EventLogReader, LoggedRecord } from '../log/event-log.ts';
import { EMPTY_MEMORY } from './bay-fold.ts';
import type { BayFold, FoldMemory } from './bay-fold.ts';
import type { Span } from './spans.ts';
import type { Change } from './stay-machine.ts';

/** A stretch of one bay's history that can be folded by itself, up to now. */
export interface BayStretch {
  /** What was known when it began; its floor is the first instant that it tells of in full. */
  readonly start: FoldMemory;
  readonly changes: readonly Change[];
  readonly spans: readonly Span[];
}

/** All that the log has of a bay up to a position. */
export function wholeStretch(log: EventLogReader, bay: BayId, upToPosition: number): BayStretch {
  const records = log.recordsOfBay(bay, 0, upToPosition).filter(({ assigned }) => assigned);
  return { start: EMPTY_MEMORY, changes: changesOf(records), spans: spansOf(records) };
}

/**
 * The shortest stretch that tells of everything since `from`, a whole hour: it begins after an
 * event that left the bay vacant, so that no stay reaches into it. Looks back farther and farther
 * until there is one, and never begins where the clock stepped back: there, events before and after
 * an instant are not those before and after each other.
 */
export function stretchSince(
  log: EventLogReader,
  bay: BayId,
  fold: BayFold,
  from: number,
  upToPosition: number,
): BayStretch {
  const { steps } = fold;
  let at = beforeSteps(from, steps);
  for (let reachMs = HOUR_MS; ; reachMs *= 2) {
    const records = log.recordsOfBay(bay, at, upToPosition).filter(({ assigned }) => assigned);
    const [changes, spans] = [changesOf(records), spansOf(records)];
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

function changesOf(records: readonly LoggedRecord[]): Change[] {
  return records.flatMap((logged) => changeOf(logged) ?? []);
}

function spansOf(records: readonly LoggedRecord[]): Span[] {
  return records.flatMap(({ record }) =>
    record.kind === 'observed' ? [{ from: record.from, until: record.until }] : [],
  );
}

export function changeOf({ journalOrder, record }: LoggedRecord): Change | undefined {
  if (record.kind !== 'bay') return undefined;
  const { seq, state, sensedAt } = record;
  return { order: { journal: journalOrder, seq }, state, at: sensedAt };
}
