import { deadlines, gatewayUnknownMs } from '#contract/deadlines.ts';
import type { TrueStay } from '../support/checker.ts';
import type { Kept, KeptEvent } from './history-of.ts';
import { LEAST_BETWEEN_MS } from './traffic.ts';

/**
 * Holds the log against the simulator's truth, event by event: what was observable is there exactly
 * once with its time, nothing else is there, and coverage has gaps where and only where nothing was
 * observed. A change near the edge of a gap may stand on either side of it.
 */

export interface Problem {
  readonly at: number;
  readonly text: string;
}

/** Somebody or something did not watch these bays then. */
export interface Outage {
  readonly bays: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Nothing at all can have been observed within it; else it may only have hidden something. */
  readonly isDark: boolean;
  /** It hides only what changes within it, or so soon after that both ends lie in one doubt. */
  readonly isBrief?: boolean;
}

export interface OracleInput {
  readonly bays: readonly string[];
  readonly truth: readonly TrueStay[];
  readonly log: Kept;
  readonly outages: readonly Outage[];
  /** Looked at is what happened in [from, to). */
  readonly from: number;
  readonly to: number;
}

/** Evidence comes at most this much after the wheels, or before them while a car is on its way in. */
const LATE_MS = 6_000;
const EARLY_MS = 3_000;
/** A sensor may be silent for so long, and its first evidence come so much later. */
const SILENT_MS = gatewayUnknownMs(deadlines.pollPeriodMs);
/** A mark is at most 10 s old, and what is not confirmed is not observed. */
const GAP_BEFORE_MS = 18_000;
/** Start, first samples, confirmation, on a busy machine. */
const GAP_AFTER_MS = 20_000;

export interface Verdict {
  readonly problems: readonly Problem[];
  /** Changes that were surely observable, each found once. */
  readonly found: number;
  /** Changes in a gap or at its edge. */
  readonly doubtful: number;
}

interface Change {
  readonly at: number;
  readonly state: 'occupied' | 'vacant';
}

export function judge({ bays, truth, log, outages, from, to }: OracleInput): Verdict {
  const problems: Problem[] = [];
  let found = 0;
  let doubtful = 0;
  const eventsOf = byBay(log.events);
  const staysOf = byBay(truth);
  const spansOf = new Map<string, { from: number; until: number }[]>();
  for (const { bays: watched, from: begin, until } of log.intervals) {
    for (const bay of watched) {
      const spans = spansOf.get(bay) ?? [];
      if (until > begin) spans.push({ from: begin, until });
      spansOf.set(bay, spans);
    }
  }
  for (const bay of bays) {
    const say = (at: number, text: string) => problems.push({ at, text: `${bay}: ${text}` });
    const spans = merged(spansOf.get(bay) ?? []);
    const changes = changesOf(staysOf.get(bay) ?? []);
    const events = (eventsOf.get(bay) ?? []).toSorted(
      (a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1],
    );
    const own = outages.filter((outage) => outage.bays.includes(bay));
    for (const change of changes) {
      if (change.at < from || change.at >= to) continue;
      const matching = events.filter((event) => isOf(event, change));
      if (matching.length > 1 && !isToldAnew(matching, events)) {
        say(change.at, `${change.state} at ${iso(change.at)} is there ${matching.length} times`);
      }
      const isSure =
        spans.some(
          (span) => span.from <= change.at - EARLY_MS && change.at + LATE_MS <= span.until,
        ) && !own.some((outage) => isNear(outage, change.at));
      if (!isSure) doubtful += 1;
      else if (matching.length === 0) {
        say(change.at, `${change.state} at ${iso(change.at)} is missing`);
      } else found += 1;
    }
    for (const [at, event] of events.entries()) {
      if (event.sensedAt < from || event.sensedAt >= to || event.state === 'unknown') continue;
      const before = events[at - 1];
      if (before?.state === event.state) {
        say(event.sensedAt, `is ${event.state} twice in a row at ${iso(event.sensedAt)}`);
      }
      const isLate = own.some((outage) => isNear(outage, event.sensedAt));
      const isNew = changes.some((change) => isOf(event, change, isLate ? SILENT_MS : 0));
      const isTold = before === undefined || before.state === 'unknown';
      if (isNew || (isTold && wasTrue(event, changes))) continue;
      const nearest = changes
        .filter(({ state }) => state === event.state)
        .toSorted((a, b) => Math.abs(a.at - event.sensedAt) - Math.abs(b.at - event.sensedAt))[0];
      const instead = nearest ? `; the nearest was at ${iso(nearest.at)}` : '';
      say(event.sensedAt, `${event.state} at ${iso(event.sensedAt)} never happened${instead}`);
    }
    for (const { from: dark, to: light } of own.filter(({ isDark }) => isDark)) {
      // The last observation may be as young as the fault.
      const claimed = spans.find((span) => span.from < light && span.until > dark + 1_000);
      if (claimed) say(dark, `is called observed while nobody watched, from ${iso(dark)}`);
    }
    // What is brief is no gap.
    const causes = own.filter((outage) => !outage.isBrief || outage.to - outage.from >= SILENT_MS);
    for (const gap of gapsOf(spans, from, to)) {
      const isMeant = causes.some(
        (outage) =>
          gap.from >= outage.from - GAP_BEFORE_MS && gap.until <= outage.to + GAP_AFTER_MS,
      );
      const byMany = coveredBy(gap, causes);
      if (!isMeant && !byMany) {
        say(
          gap.from,
          `is not observed from ${iso(gap.from)} to ${iso(gap.until)}, without a cause`,
        );
      }
    }
  }
  return { problems, found, doubtful };
}

/** What the disks hold and the log does not, and the other way round; keys once each. */
export function compareKept(log: Kept, journals: readonly Kept[]): string[] {
  const problems: string[] = [];
  const logged = new Map<string, string>();
  for (const event of log.events) {
    if (logged.has(event.key)) problems.push(`${event.key} is logged twice`);
    logged.set(event.key, textOf(event));
  }
  const intervals = new Map(log.intervals.map((interval) => [interval.key, interval]));
  for (const journal of journals) {
    for (const event of journal.events) {
      const text = logged.get(event.key);
      if (text === undefined) problems.push(`${event.key} is lost: ${textOf(event)}`);
      else if (text !== textOf(event)) {
        problems.push(`${event.key} is ${text} and was ${textOf(event)}`);
      }
    }
    for (const { key, from } of journal.intervals) {
      const interval = intervals.get(key);
      if (!interval) problems.push(`${key} is lost: observed from ${iso(from)}`);
      else if (interval.from !== from) problems.push(`${key} begins at another time`);
    }
  }
  return problems;
}

function byBay<T extends { readonly bay: string }>(all: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(one.bay);
    if (group) group.push(one);
    else groups.set(one.bay, [one]);
  }
  return groups;
}

const textOf = ({ bay, state, sensedAt, cause }: KeptEvent) =>
  `${bay} ${state} ${iso(sensedAt)} ${cause}`;

function changesOf(stays: readonly TrueStay[]): Change[] {
  return stays
    .flatMap(({ stoppedAt, leftAt, initial }): Change[] => [
      ...(initial ? [] : [{ at: stoppedAt, state: 'occupied' as const }]),
      ...(leftAt === undefined ? [] : [{ at: leftAt, state: 'vacant' as const }]),
    ])
    .toSorted((a, b) => a.at - b.at);
}

/** What is silent for less than its deadline is no gap, and may hide a change and the one back. */
const isNear = ({ from, to, isBrief }: Outage, at: number): boolean =>
  isBrief === true
    ? from < at + LATE_MS && to > at - LEAST_BETWEEN_MS
    : from < at + SILENT_MS + LATE_MS && to > at - SILENT_MS - EARLY_MS;

const isOf = (event: KeptEvent, { at, state }: Change, laterMs = 0): boolean =>
  event.state === state &&
  event.sensedAt >= at - EARLY_MS &&
  event.sensedAt <= at + LATE_MS + laterMs;

/** Between two of them the bay was unknown: the second says what the first said. */
function isToldAnew(matching: readonly KeptEvent[], events: readonly KeptEvent[]): boolean {
  return matching.slice(1).every((event) => events[events.indexOf(event) - 1]?.state === 'unknown');
}

function wasTrue(event: KeptEvent, changes: readonly Change[]): boolean {
  const stateAt = (at: number) => changes.findLast((change) => change.at <= at)?.state ?? 'vacant';
  return [event.sensedAt - LATE_MS, event.sensedAt, event.sensedAt + EARLY_MS].some(
    (at) => stateAt(at) === event.state,
  );
}

function merged(spans: readonly { from: number; until: number }[]) {
  const result: { from: number; until: number }[] = [];
  for (const { from, until } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.until) last.until = Math.max(last.until, until);
    else result.push({ from, until });
  }
  return result;
}

function gapsOf(spans: readonly { from: number; until: number }[], from: number, to: number) {
  const gaps: { from: number; until: number }[] = [];
  let end = from;
  for (const span of spans) {
    if (span.until <= from || span.from >= to) continue;
    if (span.from > end) gaps.push({ from: end, until: span.from });
    end = Math.max(end, span.until);
  }
  if (end < to) gaps.push({ from: end, until: to });
  return gaps;
}

/** Several outages, one after the other, may make one gap. */
function coveredBy(gap: { from: number; until: number }, outages: readonly Outage[]): boolean {
  let reached = gap.from;
  for (const outage of outages.toSorted((a, b) => a.from - b.from)) {
    if (outage.from - GAP_BEFORE_MS > reached) continue;
    reached = Math.max(reached, outage.to + GAP_AFTER_MS);
  }
  return reached >= gap.until;
}

const iso = (at: number) => new Date(at).toISOString().slice(11, 23);
