import type { Replayed } from './replay.ts';
import type { ReplayedEvent } from './replayed-line.ts';
import type { Score, Tally } from './score.ts';

const WIDTHS = { at: 26, bay: 24, state: 10, cause: 9, confidence: 12 } as const;

const columns = (at: string, bay: string, state: string, cause: string, confidence: string) =>
  at.padEnd(WIDTHS.at) +
  bay.padEnd(WIDTHS.bay) +
  state.padEnd(WIDTHS.state) +
  cause.padEnd(WIDTHS.cause) +
  confidence.padEnd(WIDTHS.confidence);

export const eventHead = `${columns('sensed at', 'bay', 'state', 'cause', 'confidence')}decided after`;

/** One decision as a person reads it; without a wall time its seconds in the trace. */
export function eventLine(event: ReplayedEvent): string {
  const { bay, state, cause, confidence, sensedMs, decidedMs, sensedAt } = event;
  const at =
    sensedAt === undefined
      ? `${(sensedMs / 1_000).toFixed(3)} s`
      : new Date(sensedAt).toISOString();
  const after = `${((decidedMs - sensedMs) / 1_000).toFixed(1)} s`;
  return `${columns(at, bay, state, cause, confidence.toFixed(2))}${after}`;
}

export function summaryLine(replayed: Replayed): string {
  const { samples, bays, spanMs, events, badRows } = replayed;
  const bad = badRows === 0 ? '' : `; ${counted(badRows, 'bad row')} passed over`;
  const heard = `${counted(samples, 'sample')} of ${counted(bays, 'bay')}`;
  return `${heard} over ${spanText(spanMs)}: ${counted(events, 'event')}${bad}`;
}

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

function spanText(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${(hours / 24).toFixed(1)} days`;
  return hours >= 2 ? `${hours.toFixed(1)} h` : `${(ms / 60_000).toFixed(1)} min`;
}

export function scoreLines(score: Score | undefined): string[] {
  if (!score) return [];
  const { arrivals, departures, latencyMs } = score;
  const latency =
    latencyMs === undefined
      ? 'no change was matched'
      : `latency p50 ${seconds(latencyMs.p50)}, p95 ${seconds(latencyMs.p95)}`;
  return [tallyLine('arrivals', arrivals), tallyLine('departures', departures), latency];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const tallyLine = (what: string, tally: Tally): string =>
  `${what}: ${tally.truth} true, ${tally.missed} missed, ${tally.false} false`;
