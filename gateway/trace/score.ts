import type { BayId } from '#contract/ids.ts';
import type { ReplayedEvent } from './replayed-line.ts';
import type { TrueState } from './trace-row.ts';

/** A bay that became occupied (an arrival) or vacant (a departure), in ms of the trace's clock. */
export interface Change {
  readonly bay: BayId;
  readonly to: TrueState;
  readonly ms: number;
}

export interface Matching {
  /** A decision counts for a true change from this long before it ... */
  readonly earlyMs: number;
  /** ... until this long after it. */
  readonly lateMs: number;
}

export interface Tally {
  readonly truth: number;
  readonly missed: number;
  readonly false: number;
}

export interface Score {
  readonly arrivals: Tally;
  readonly departures: Tally;
  /** From the true change to the decision, of those that match; undefined when none does. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | undefined;
}

/**
 * Decisions matched one to one with what truly happened. Windows of equal length, in order of time:
 * taking the earliest that fits matches as many as can be matched.
 */
export function scoreOf(
  truth: readonly Change[],
  decided: readonly Change[],
  matching: Matching,
): Score {
  const latencies: number[] = [];
  const tallyOf = (to: TrueState): Tally => {
    const bays = new Set([...truth, ...decided].map(({ bay }) => bay));
    const ofBay = (changes: readonly Change[], bay: BayId) =>
      changes.filter((change) => change.bay === bay && change.to === to).map(({ ms }) => ms);
    const tallies = [...bays].map((bay) =>
      match(ofBay(truth, bay), ofBay(decided, bay), matching, latencies),
    );
    return {
      truth: sum(tallies.map((tally) => tally.truth)),
      missed: sum(tallies.map((tally) => tally.missed)),
      false: sum(tallies.map((tally) => tally.false)),
    };
  };
  const [arrivals, departures] = [tallyOf('occupied'), tallyOf('vacant')];
  const sorted = latencies.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return {
    arrivals,
    departures,
    latencyMs: sorted.length === 0 ? undefined : { p50: quantile(0.5), p95: quantile(0.95) },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Both in order of time; adds the latencies of the matched. */
function match(
  truth: readonly number[],
  decided: readonly number[],
  { earlyMs, lateMs }: Matching,
  latencies: number[],
): Tally {
  let missed = 0;
  let next = 0;
  for (const at of truth) {
    while ((decided[next] ?? Number.POSITIVE_INFINITY) < at - earlyMs) next += 1;
    const found = decided[next];
    if (found === undefined || found > at + lateMs) missed += 1;
    else {
      latencies.push(found - at);
      next += 1;
    }
  }
  return { truth: truth.length, missed, false: decided.length - (truth.length - missed) };
}

/** Collects changes from states; the first state of a bay is no change, nor is what was unknown. */
export class Changes {
  readonly all: Change[] = [];
  readonly #known = new Map<BayId, TrueState>();

  state(bay: BayId, to: TrueState, ms: number): void {
    const before = this.#known.get(bay);
    this.#known.set(bay, to);
    if (before !== undefined && before !== to) this.all.push({ bay, to, ms });
  }

  event({ bay, state, decidedMs }: ReplayedEvent): void {
    if (state !== 'unknown') this.state(bay, state, decidedMs);
  }
}
