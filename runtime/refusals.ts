import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

const LOG_EVERY_MS = 10_000;

/** What a border turned away: every one is counted, the log is told without being flooded. */
export interface Refusals<Reason extends string> {
  /** Counts; logs the first of its reason, then one line in 10 s that says how many went unsaid. */
  add(reason: Reason, facts: object): void;
  readonly counts: Readonly<Record<Reason, number>>;
}

export function openRefusals<const Reason extends string>(
  event: string,
  reasons: readonly Reason[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Refusals<Reason> {
  const counts = Object.fromEntries(reasons.map((reason) => [reason, 0])) as Record<Reason, number>;
  const pace = openPace(clock);
  return {
    counts,
    add: (reason, facts) => {
      counts[reason] += 1;
      const turn = pace.turn(reason);
      if (turn) log.warn({ reason, ...facts, ...turn }, event);
    },
  };
}

/** Lets the first of a kind be said, then one in 10 s. The kinds are the caller's, and few. */
export interface Pace {
  /** Undefined: not now. Else facts for the line: how many went unsaid since the last, if any. */
  turn(kind: string): { readonly unsaid?: number } | undefined;
}

export function openPace(clock: Clock): Pace {
  const said = new Map<string, { readonly at: number; unsaid: number }>();
  return {
    turn: (kind) => {
      const now = clock.monoMs();
      const last = said.get(kind);
      if (last !== undefined && now - last.at < LOG_EVERY_MS) {
        last.unsaid += 1;
        return undefined;
      }
      said.set(kind, { at: now, unsaid: 0 });
      return last !== undefined && last.unsaid > 0 ? { unsaid: last.unsaid } : {};
    },
  };
}
